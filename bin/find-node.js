// No syntax that Node 14 does not know: the advice below must be readable there.
const { existsSync } = require('node:fs');
const { dirname, join } = require('node:path');

/** The lowest Node.js that every part of ByteChat runs on. */
const LOWEST = [22, 19];

const root = dirname(__dirname);

/** @param {string} version `v24.21.0` or `24.21.0` */
const isGood = version => {
  const [major, minor] = version.replace(/^v/, '').split('.').map(Number);
  return major > LOWEST[0] || (major === LOWEST[0] && minor >= LOWEST[1]);
};

const versionOf = file => {
  const { execFileSync } = require('node:child_process');
  try {
    return execFileSync(file, ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return '';
  }
};

/** The Node.js that the repository pins, else the one that runs this; undefined when both are too old. */
const findNode = () => {
  const pinned = join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (existsSync(pinned) && isGood(versionOf(pinned))) return pinned;
  return isGood(process.version) ? process.execPath : undefined;
};

const advice = () =>
  [
    `✗ Node.js ${process.version} is too old for ByteChat, which needs ${LOWEST.join('.')} or later          node-too-old`,
    existsSync(join(root, 'package-lock.json'))
      ? '  Fix        npm ci   brings its own Node.js; with --ignore-scripts it cannot'
      : '  Fix        install Node.js 24: https://nodejs.org/en/download',
    '',
  ].join('\n');

module.exports = { advice, findNode, isGood, root };
