import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { contextFiles } from '../../src/engine/context-files.ts';
import { readPatterns } from '../../src/engine/ignore-file.ts';

const root = dirname(dirname(import.meta.dirname));
const ignoreFile = join(root, 'Dockerfile.gcp.dockerignore');

const sent = async (context: string): Promise<string[]> => {
  const files = await contextFiles(context, readPatterns(readFileSync(ignoreFile, 'utf8'), ignoreFile));
  return files.filter(({ kind }) => kind !== 'folder').map(({ path }) => path);
};

test('of a checkout, what builds the chat is sent, and nothing else', async () => {
  const known = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z', 'chat-app'], {
    cwd: root,
  });
  const chat = String(known)
    .split('\0')
    .filter(path => path !== '');
  expect(await sent(root)).toEqual([...chat, 'package-lock.json', 'package.json', 'tsconfig.json'].sort());
});

test('of a built chat, what it serves and runs is sent: no map, and no word of how it was built', async () => {
  const built = join(root, 'dist', 'chat-app');
  const files = await sent(built);
  expect(files).toEqual(expect.arrayContaining(['client/index.html', 'client/build.json']));
  expect(files.filter(path => !path.startsWith('client/'))).toEqual(['health.js', 'probe.js', 'relay.js']);
  const left = readdirSync(built).filter(name => !files.some(path => path.split('/')[0] === name));
  expect(left.filter(name => !/^\.bytechat-build\.json$|\.map$/.test(name))).toEqual([]);
});
