// Written for old Node versions: no syntax that Node 14 does not know, so that the advice below can be read there.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The lowest Node.js that every part of ByteChat runs on. */
export const LOWEST = [22, 19];

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** @param {string} version `v24.21.0` or `24.21.0` */
export const isGood = version => {
  const [major, minor] = version.replace(/^v/, '').split('.').map(Number);
  return major > LOWEST[0] || (major === LOWEST[0] && minor >= LOWEST[1]);
};

const versionOf = file => {
  try {
    return execFileSync(file, ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return '';
  }
};

/** The Node.js that the repository pins, else the one that runs this; undefined when both are too old. */
export const findNode = () => {
  const pinned = join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (existsSync(pinned) && isGood(versionOf(pinned))) return pinned;
  return isGood(process.version) ? process.execPath : undefined;
};

export const advice = () =>
  [
    `✗ Node.js ${process.version} is too old for ByteChat, which needs ${LOWEST.join('.')} or later          node-too-old`,
    existsSync(join(root, 'package-lock.json'))
      ? '  Fix        npm ci   brings its own Node.js; with --ignore-scripts it cannot'
      : '  Fix        install Node.js 24: https://nodejs.org/en/download',
    '',
  ].join('\n');
