import { chmodSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { type BuildSubject, readBuild, stampBuild } from '../../src/engine/build-context.ts';
import { folderWith, temporaryFolder, writeFiles } from '../support/folder.ts';

const app = { Dockerfile: 'FROM scratch\n', 'package-lock.json': '{}', 'src/a.ts': 'a', 'src/b.ts': 'b' };

const subjectOf = (context: string): BuildSubject => ({
  context,
  dockerfile: join(context, 'Dockerfile'),
  args: { MODE: 'production', OLD: '1' },
  platform: 'linux/amd64',
});

const stampFile = (): string => join(temporaryFolder(), 'state', 'image.json');

/** The lines of `changed` after the change, to a stamped app. */
const changedBy = async (change: (folder: string) => unknown): Promise<readonly string[]> => {
  const [folder, file] = [folderWith(app), stampFile()];
  await stampBuild(subjectOf(folder), file);
  return (await readBuild({ ...subjectOf(folder), ...Object(change(folder)) }, file)).changed;
};

describe('a stamp', () => {
  test('says what was built', async () => {
    const [folder, file] = [folderWith(app), stampFile()];
    expect(await readBuild(subjectOf(folder), file)).toMatchObject({ built: '', changed: [] });
    const hash = await stampBuild(subjectOf(folder), file);
    expect(await readBuild(subjectOf(folder), file)).toMatchObject({ hash, built: hash, changed: [] });
  });

  test('holds no value of an argument', async () => {
    const [folder, file] = [folderWith(app), stampFile()];
    await stampBuild({ ...subjectOf(folder), args: { TOKEN: 'sentinel-value' } }, file);
    expect(readFileSync(file, 'utf8')).toContain('TOKEN');
    expect(readFileSync(file, 'utf8')).not.toContain('sentinel-value');
  });

  test('that is torn, or no stamp at all, counts as none', async () => {
    const [folder, file] = [folderWith(app), stampFile()];
    const hash = await stampBuild(subjectOf(folder), file);
    const text = readFileSync(file, 'utf8');
    for (const torn of [text.slice(0, -1), text.slice(1), '', '{}', 'null', '[]', '{"hash":"1","files":{}}']) {
      writeFileSync(file, torn);
      expect(await readBuild(subjectOf(folder), file)).toMatchObject({ hash, built: '', changed: [] });
    }
  });

  test('spares reading what looks as it did, and only that', async () => {
    const [folder, file] = [folderWith(app), stampFile()];
    const old = new Date(Date.now() - 60_000);
    const [a, b] = [join(folder, 'src/a.ts'), join(folder, 'src/b.ts')];
    for (const each of [a, b]) utimesSync(each, old, old);
    await vi.waitFor(async () => {
      await stampBuild(subjectOf(folder), file);
      expect(readFileSync(file, 'utf8').match(/"seen"/g)).toHaveLength(4);
    }, 10_000);
    // Whoever reads `a` would see that the stamp is wrong about it.
    const stamp = JSON.parse(readFileSync(file, 'utf8'));
    const wrong = stamp.files.map((each: { path: string }) =>
      each.path === 'src/a.ts' ? { ...each, hash: '0' } : each,
    );
    writeFileSync(file, JSON.stringify({ ...stamp, files: wrong }));
    const spared = await readBuild(subjectOf(folder), file);
    expect(spared.changed).toEqual([]);
    expect(spared.hash).not.toBe(stamp.hash);

    writeFileSync(b, 'B');
    utimesSync(b, old, old);
    expect((await readBuild(subjectOf(folder), file)).changed).toEqual(['src/b.ts changed']);
  });
});

describe('what changed', () => {
  test('is told of files: changed, new, gone, other permissions, another kind', async () => {
    const changed = await changedBy(folder => {
      writeFiles(folder, { 'package-lock.json': '[]', 'src/c.ts': 'c' });
      chmodSync(join(folder, 'src/a.ts'), 0o750);
      rmSync(join(folder, 'src/b.ts'));
      rmSync(join(folder, 'Dockerfile'));
      symlinkSync('src/c.ts', join(folder, 'Dockerfile'));
    });
    expect(changed).toEqual([
      'Dockerfile changed',
      'Dockerfile is a link and was a file',
      'package-lock.json changed',
      'src/a.ts has permissions 750 and had 644',
      'src/c.ts is new',
      'src/b.ts is gone',
    ]);
  });

  test('is told of arguments, platform and stage', async () => {
    const changed = await changedBy(() => ({
      args: { MODE: 'development', NEW: '1' },
      platform: 'linux/arm64',
      stage: 'bundle',
    }));
    expect(changed).toEqual([
      'build argument MODE changed',
      'build argument NEW is new',
      'build argument OLD is gone',
      'platform changed',
      'target stage changed',
    ]);
  });

  test('is told once of the Dockerfile, and by its path when it lies outside', async () => {
    expect(await changedBy(folder => writeFiles(folder, { Dockerfile: 'FROM a\n' }))).toEqual(['Dockerfile changed']);
    const other = join(folderWith({ Other: 'FROM b' }), 'Other');
    expect(await changedBy(() => ({ dockerfile: other }))).toEqual([`${other} changed`]);
  });

  test('is told in ten lines at most', async () => {
    const many = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`src/${100 + index}.ts`, '']));
    const changed = await changedBy(folder => writeFiles(folder, many));
    expect(changed).toHaveLength(10);
    expect(changed.slice(-2)).toEqual(['src/108.ts is new', 'and 11 more']);
  });

  test('is told on one line each, whatever the name', async () => {
    const changed = await changedBy(folder => writeFiles(folder, { 'a\n\u001b[31mb': '', 'é ü': '' }));
    expect(changed).toEqual(['"a\\n\\u001b[31mb" is new', 'é ü is new']);
  });
});
