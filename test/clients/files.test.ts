import { chmodSync, mkdirSync, readdirSync, readFileSync, readlinkSync, statSync, symlinkSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import process from 'node:process';
import { describe, expect, test } from 'vitest';
import { files } from '../../src/clients/files.ts';
import { logs } from '../../src/clients/logs.ts';
import { call } from '../../src/core/action.ts';
import type { JsonObject } from '../../src/core/json.ts';
import type { CallOptions } from '../../src/core/runner.ts';
import { STAMP } from '../../src/engine/source.ts';
import { folderWith, temporaryFolder, writeFiles } from '../support/folder.ts';

const ask = (method: string, request: JsonObject, options: CallOptions = {}) =>
  files(call('files', method, request), options);

const listing = async (folder: string): Promise<string[]> =>
  (await readdir(folder, { recursive: true, withFileTypes: true }))
    .map(entry => relative(folder, join(entry.parentPath, entry.name)))
    .sort();

describe('a release', () => {
  const app = () => {
    const from = folderWith({ 'server.js': 'serve', 'lib/a.js': 'a', [STAMP]: '{}', '.git/HEAD': 'x' });
    chmodSync(join(from, 'server.js'), 0o755);
    symlinkSync('lib', join(from, 'link'));
    return from;
  };

  test('is a copy of all that belongs to it', async () => {
    const [from, releases] = [app(), temporaryFolder()];
    const told: string[] = [];
    const answer = await ask('release', { from, to: join(releases, 'r1') }, { onLine: line => told.push(line) });
    expect(answer).toEqual({ detail: '3 files, 0.0 MB' });
    expect(await listing(releases)).toEqual(['r1', 'r1/lib', 'r1/lib/a.js', 'r1/link', 'r1/server.js']);
    expect(statSync(join(releases, 'r1/server.js')).mode & 0o111).toBe(0o111);
    expect(readlinkSync(join(releases, 'r1/link'))).toBe('lib');
    expect(told.at(-1)).toBe('copying 3 of 3 files');
  });

  test('that is there already stays as it is', async () => {
    const [from, to] = [app(), join(temporaryFolder(), 'r1')];
    await ask('release', { from, to });
    writeFiles(from, { 'server.js': 'other' });
    await ask('release', { from, to });
    expect(readFileSync(join(to, 'server.js'), 'utf8')).toBe('serve');
    expect((await listing(join(to, '..'))).filter(name => name.endsWith('.part'))).toEqual([]);
  });

  test('that was stopped half-way is not there, and what it left does not get into the next', async () => {
    const [from, to] = [app(), join(temporaryFolder(), 'r1')];
    const stop = new AbortController();
    const stopped = ask('release', { from, to }, { signal: stop.signal, onLine: () => stop.abort() });
    await expect(stopped).rejects.toThrow();
    expect(await listing(join(to, '..'))).not.toContain('r1');
    writeFiles(`${to}.${process.pid}.part`, { 'stale.js': '' });
    await ask('release', { from, to });
    expect(await listing(to)).not.toContain('stale.js');
  });

  test('has its Node.js beside it, and all share one', async () => {
    const [from, releases] = [app(), temporaryFolder()];
    for (const name of ['r1', 'r2']) await ask('release', { from, to: join(releases, name), node: releases });
    const inodes = ['r1', 'r2'].map(name => statSync(join(releases, name, 'bin/node')).ino);
    expect(inodes[0]).toBe(inodes[1]);
    expect(statSync(join(releases, 'r1/bin/node')).size).toBe(statSync(process.execPath).size);
  });
});

describe('a build', () => {
  test('whose inputs changed meanwhile is refused', async () => {
    const root = folderWith({ 'src/a.js': 'a', 'out/a.js': 'a' });
    const subject = { root, inputs: [join(root, 'src')], command: ['make'], output: join(root, 'out') };
    const stamped = ask('stamp', { ...subject, planned: 'another hash' });
    await expect(stamped).rejects.toMatchObject({ problem: { code: 'facts-moved' } });
    const { hash } = JSON.parse(readFileSync(join(root, 'out', STAMP), 'utf8'));
    expect(await ask('stamp', { ...subject, planned: hash })).toEqual({ hash });
  });
});

describe('cleaning up', () => {
  test('removes what was given up, and what killed runs have left', async () => {
    const folder = folderWith({ 'old/a': '', 'kept/a': '', 'half.4242.part/a': '', 'node-v24': '' });
    expect(await ask('prune', { folder, names: ['old', 'gone'] })).toEqual({ detail: '2 removed' });
    expect(readdirSync(folder).sort()).toEqual(['kept', 'node-v24']);
    expect(await ask('remove', { paths: [join(folder, 'kept'), join(folder, 'never')] })).toEqual({
      detail: '2 removed',
    });
    expect(readdirSync(folder)).toEqual(['node-v24']);
  });

  test('what nobody can do is a mistake of the plan', async () => {
    await expect(ask('fly', {})).rejects.toThrow('files has no fly');
  });
});

describe('a log', () => {
  const tail = (request: JsonObject, options: CallOptions) => logs(call('logs', 'tail', request), options);
  const lastOf = async (text: string, lines: number): Promise<string[]> => {
    const folder = folderWith({ 'a.log': text });
    const told: string[] = [];
    await tail({ folder, file: join(folder, 'a.log'), follow: false, lines }, { onLine: line => told.push(line) });
    return told;
  };

  test.for<[string, number, string[]]>([
    ['one\ntwo\nthree\n', 2, ['two', 'three']],
    ['one\ntwo\n', 50, ['one', 'two']],
    ['one\ntwo\nnot finished', 50, ['one', 'two']],
    ['one\n\ntwo\n', 50, ['one', 'two']],
    ['one\n', 0, []],
    ['', 50, []],
  ])('%j, the last %i', async ([text, lines, told]) => {
    expect(await lastOf(text, lines)).toEqual(told);
  });

  test('is followed, into the log of the next release too', async () => {
    const folder = folderWith({ 'a.log': 'old\n' });
    const stop = new AbortController();
    const told: string[] = [];
    const onLine = (line: string): void => {
      told.push(line);
      if (line === 'old') writeFiles(folder, { 'a.log': 'old\nnew\nhalf' });
      if (line === 'new') writeFiles(folder, { 'a.log': 'old\nnew\nhalf and whole\n' });
      if (line === 'half and whole') {
        mkdirSync(join(folder, 'other'));
        setTimeout(() => writeFiles(folder, { 'b.log': 'next release\n' }), 20);
      }
      if (line === 'next release') stop.abort();
    };
    await tail({ folder, file: join(folder, 'a.log'), follow: true, lines: 10 }, { onLine, signal: stop.signal });
    expect(told).toEqual(['old', 'new', 'half and whole', 'next release']);
  });
});
