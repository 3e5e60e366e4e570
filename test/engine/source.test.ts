import { chmodSync, mkdirSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { hashFiles, hashOf } from '../../src/engine/hash.ts';
import { readSource, STAMP, stampSource } from '../../src/engine/source.ts';
import { folderWith, writeFiles } from '../support/folder.ts';

const hashOfFolder = async (folder: string): Promise<string> => hashOf(hashFiles(folder, [folder]));

describe('the hash of files', () => {
  test('is that of paths, content and whether they can be run; times and ignored folders do not count', async () => {
    const folder = folderWith({ 'a.js': 'a', 'lib/b.js': 'b' });
    const before = await hashOfFolder(folder);

    utimesSync(join(folder, 'a.js'), 1, 1);
    writeFiles(folder, { 'node_modules/x.js': '1', 'lib/.git/HEAD': '1', '.bytechat/y': '1', '.DS_Store': '1' });
    expect(await hashOfFolder(folder)).toBe(before);

    chmodSync(join(folder, 'a.js'), 0o755);
    expect(await hashOfFolder(folder)).not.toBe(before);
    chmodSync(join(folder, 'a.js'), 0o600);
    expect(await hashOfFolder(folder)).toBe(before);

    writeFiles(folder, { 'a.js': 'A' });
    expect(await hashOfFolder(folder)).not.toBe(before);
  });

  test('a file that is moved is another input', async () => {
    expect(await hashOfFolder(folderWith({ 'a.js': 'x' }))).not.toBe(await hashOfFolder(folderWith({ 'b.js': 'x' })));
  });

  test('is the same wherever the project lies, in whatever order its inputs are named, and however often', async () => {
    const [here, there] = [folderWith({ 'a/1': 'x', 'b/2': 'y' }), folderWith({ 'b/2': 'y', 'a/1': 'x' })];
    const hash = async (root: string, ...inputs: string[]) =>
      hashOf(
        hashFiles(
          root,
          inputs.map(path => join(root, path)),
        ),
      );
    expect(await hash(here, 'a', 'b')).toBe(await hash(there, 'b', 'a', 'b/2'));
  });

  test('a link to a file counts as the file, one to a folder or to nothing as where it points', async () => {
    const folder = folderWith({ 'a.js': 'x', 'lib/b.js': 'y' });
    symlinkSync('a.js', join(folder, 'file'));
    symlinkSync('lib', join(folder, 'folder'));
    symlinkSync('gone', join(folder, 'nothing'));
    const before = hashFiles(folder, [folder]);
    expect(before.map(({ path }) => path)).toEqual(['a.js', 'file', 'folder', 'lib/b.js', 'nothing']);
    expect(before[1]?.hash).toBe(before[0]?.hash);
    rmSync(join(folder, 'nothing'));
    symlinkSync('elsewhere', join(folder, 'nothing'));
    expect(hashFiles(folder, [folder])[4]?.hash).not.toBe(before[4]?.hash);
  });
});

describe('what an app is made from', () => {
  const subjectOf = (root: string) => ({
    root,
    inputs: [join(root, 'src'), join(root, 'package.json')],
    command: ['make'],
    output: join(root, 'out'),
  });

  test('was not built until its output says from what', async () => {
    const root = folderWith({ 'src/a.js': 'a', 'package.json': '{}', 'out/a.js': 'a' });
    expect(await readSource(subjectOf(root))).toMatchObject({ built: '', changed: [], files: 2, missing: [] });
    const hash = await stampSource(subjectOf(root));
    expect(await readSource(subjectOf(root))).toMatchObject({ hash, built: hash });
  });

  test('names what differs from the build: changed, new and gone', async () => {
    const root = folderWith({ 'src/a.js': 'a', 'src/b.js': 'b', 'package.json': '{}' });
    mkdirSync(join(root, 'out'));
    const built = await stampSource(subjectOf(root));
    writeFiles(root, { 'src/a.js': 'A', 'src/c.js': 'c' });
    rmSync(join(root, 'src/b.js'));
    const now = await readSource(subjectOf(root));
    expect(now).toMatchObject({ built, changed: ['src/a.js', 'src/c.js', 'src/b.js'] });
    expect(now.hash).not.toBe(built);
  });

  test('names at most ten of them', async () => {
    const root = folderWith({ 'src/a.js': 'a', 'package.json': '{}' });
    await stampSource(subjectOf(root));
    writeFiles(root, Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`src/${index}.js`, ''])));
    expect((await readSource(subjectOf(root))).changed).toHaveLength(10);
  });

  test('another command is another source, and an input that is not there is missing', async () => {
    const root = folderWith({ 'src/a.js': 'a' });
    const now = await readSource(subjectOf(root));
    expect(now.missing).toEqual([join(root, 'package.json')]);
    expect((await readSource({ ...subjectOf(root), command: ['make', 'all'] })).hash).not.toBe(now.hash);
  });

  test('prebuilt files are built from themselves', async () => {
    const root = folderWith({ 'site/index.html': 'hello' });
    const subject = { root, inputs: [join(root, 'site')], command: [], output: join(root, 'site') };
    const now = await readSource(subject);
    expect(now.built).toBe(now.hash);
    writeFiles(root, { [`site/${STAMP}`]: '{}' });
    expect((await readSource(subject)).hash).toBe(now.hash);
  });

  test('a file that looks as it did is not read again; one that only pretends to is', async () => {
    const folder = folderWith({ 'src/a.js': 'one', 'out/a.js': 'built' });
    const subject = { root: folder, inputs: [join(folder, 'src')], command: ['build'], output: join(folder, 'out') };
    const file = join(folder, 'src', 'a.js');
    const old = new Date(Date.now() - 60_000);
    utimesSync(file, old, old);
    await vi.waitFor(async () => {
      await stampSource(subject);
      expect(readFileSync(join(folder, 'out', STAMP), 'utf8')).toContain('seen');
    });
    const before = await readSource(subject);
    expect(before.built).toBe(before.hash);
    writeFileSync(file, 'two');
    utimesSync(file, old, old);
    expect((await readSource(subject)).changed).toEqual(['src/a.js']);
  });
});
