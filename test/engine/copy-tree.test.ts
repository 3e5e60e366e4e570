import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { copyWhole } from '../../src/engine/copy-tree.ts';
import { folderWith, temporaryFolder } from '../support/folder.ts';

test('keeps what is in a folder, links as links, modes as they were', async () => {
  const from = folderWith({ 'a/b/c': 'c', d: 'd' });
  symlinkSync('../d', join(from, 'a/up'));
  chmodSync(join(from, 'a/b'), 0o500);
  chmodSync(join(from, 'd'), 0o640);
  const to = join(temporaryFolder(), 'not/there/yet');
  await copyWhole(from, to);
  expect((readdirSync(to, { recursive: true }) as string[]).sort()).toEqual(['a', 'a/b', 'a/b/c', 'a/up', 'd']);
  expect(readFileSync(join(to, 'a/b/c'), 'utf8')).toBe('c');
  expect(readlinkSync(join(to, 'a/up'))).toBe('../d');
  expect([lstatSync(join(to, 'a/b')).mode & 0o777, lstatSync(join(to, 'd')).mode & 0o777]).toEqual([0o500, 0o640]);
  expect(lstatSync(join(to, 'd')).mtime).toEqual(lstatSync(join(from, 'd')).mtime);
  chmodSync(join(from, 'a/b'), 0o700);
  chmodSync(join(to, 'a/b'), 0o700);
});

test('a folder that is not there is an empty one', async () => {
  const to = join(temporaryFolder(), 'copy');
  await copyWhole(join(to, 'no/such/folder'), to);
  expect(readdirSync(to)).toEqual([]);
});

test('a socket is left out', async () => {
  const from = folderWith({ a: 'a' });
  const server = createServer().listen(join(from, 'app.sock'));
  onTestFinished(() => void server.close());
  const to = join(temporaryFolder(), 'copy');
  await copyWhole(from, to);
  expect(readdirSync(to)).toEqual(['a']);
});

test('a copy that was cut off is begun anew', async () => {
  const from = folderWith({ a: 'a' });
  const to = join(temporaryFolder(), 'copy');
  mkdirSync(`${to}.part`);
  writeFileSync(join(`${to}.part`, 'half'), 'ha');
  await copyWhole(from, to);
  expect(readdirSync(to)).toEqual(['a']);
  expect(existsSync(`${to}.part`)).toBe(false);
});

test('one that cannot be finished leaves nothing, and what was there', async () => {
  const from = folderWith({ a: 'a' });
  const to = folderWith({ 'copy/b': 'b' });
  await expect(copyWhole(from, join(to, 'copy'))).rejects.toThrow(/ENOTEMPTY|EEXIST/);
  expect(readdirSync(to)).toEqual(['copy']);
  expect(readdirSync(join(to, 'copy'))).toEqual(['b']);
});
