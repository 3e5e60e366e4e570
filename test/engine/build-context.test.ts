import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import process from 'node:process';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Problem } from '../../src/core/problem.ts';
import { type BuildInputs, type BuildSubject, readBuild } from '../../src/engine/build-context.ts';
import { contextFiles } from '../../src/engine/context-files.ts';
import { ignorePattern } from '../../src/engine/ignore-pattern.ts';
import { folderWith, temporaryFolder, writeFiles } from '../support/folder.ts';

const app = { Dockerfile: 'FROM scratch\n', 'package-lock.json': '{}', 'src/a.ts': 'a', 'src/b.ts': 'b' };

const subjectOf = (context: string, more: Partial<BuildSubject> = {}): BuildSubject => ({
  context,
  dockerfile: join(context, 'Dockerfile'),
  args: { MODE: 'production' },
  platform: 'linux/amd64',
  ...more,
});

const read = (context: string, more?: Partial<BuildSubject>): Promise<BuildInputs> =>
  readBuild(subjectOf(context, more), join(temporaryFolder(), 'none.json'));
const hashOf = async (context: string, more?: Partial<BuildSubject>): Promise<string> =>
  (await read(context, more)).hash;
const pathsOf = async (context: string): Promise<string[]> => (await contextFiles(context, [])).map(({ path }) => path);

describe('the hash', () => {
  test('is told what would change by itself', async () => {
    const folder = folderWith({ ...app, '.bytechat/lock/1.json': '{}', '.git/HEAD': 'ref' });
    expect((await read(folder)).restless).toEqual(['.bytechat', '.git']);
    writeFiles(folder, { '.dockerignore': '.bytechat\n' });
    expect((await read(folder)).restless).toEqual(['.git']);
    expect((await read(folderWith(app))).restless).toEqual([]);
  });

  test('is the same for the same tree wherever it lies and whenever it was written', async () => {
    const [here, there] = [folderWith(app), join(temporaryFolder(), 'moved')];
    cpSync(here, there, { recursive: true });
    utimesSync(join(there, 'src/a.ts'), 1, 1);
    const now = await read(here);
    expect(now).toEqual(await read(there));
    expect(now).toMatchObject({ tag: now.hash.slice(0, 12), files: 4, bytes: 17, changed: [], built: '', missing: [] });
  });

  test.for<[string, (folder: string) => void]>([
    ['content', folder => writeFiles(folder, { 'src/a.ts': 'A' })],
    ['a path', folder => renameSync(join(folder, 'src/b.ts'), join(folder, 'src/c.ts'))],
    ['permissions of a file', folder => chmodSync(join(folder, 'src/a.ts'), 0o600)],
    ['permissions of a folder', folder => chmodSync(join(folder, 'src'), 0o700)],
    ['an empty folder', folder => mkdirSync(join(folder, 'empty'))],
    ['a link', folder => symlinkSync('nowhere', join(folder, 'link'))],
    ['the Dockerfile', folder => writeFiles(folder, { Dockerfile: 'FROM scratch\nUSER 1\n' })],
    [
      'what was a file and is a link to it',
      folder => {
        renameSync(join(folder, 'src/a.ts'), join(folder, 'src/c.ts'));
        symlinkSync('c.ts', join(folder, 'src/a.ts'));
      },
    ],
  ])('counts %s', async ([, change]) => {
    const folder = folderWith(app);
    const before = await hashOf(folder);
    change(folder);
    expect(await hashOf(folder)).not.toBe(before);
  });

  test('counts arguments whatever their order, the stage and the platform', async () => {
    const folder = folderWith(app);
    const hashes = await Promise.all([
      hashOf(folder),
      hashOf(folder, { args: {} }),
      hashOf(folder, { args: { MODE: 'development' } }),
      hashOf(folder, { args: { OTHER: 'production' } }),
      hashOf(folder, { stage: 'bundle' }),
      hashOf(folder, { platform: 'linux/arm64' }),
    ]);
    expect(new Set(hashes).size).toBe(hashes.length);
    const [one, other] = [
      { A: '1', B: '2' },
      { B: '2', A: '1' },
    ];
    expect(await hashOf(folder, { args: one })).toBe(await hashOf(folder, { args: other }));
  });

  test('counts a Dockerfile outside of the context by its text', async () => {
    const [context, elsewhere] = [folderWith({ a: 'a' }), folderWith({ D: 'FROM a', same: 'FROM a', E: 'FROM b' })];
    const hash = (name: string) => hashOf(context, { dockerfile: join(elsewhere, name) });
    expect(await hash('same')).toBe(await hash('D'));
    expect(await hash('E')).not.toBe(await hash('D'));
  });

  test('says what is missing', async () => {
    const folder = folderWith({ a: 'a' });
    expect((await read(folder)).missing).toEqual([join(folder, 'Dockerfile')]);
    expect((await read(join(folder, 'a'))).missing).toEqual([join(folder, 'a'), join(folder, 'a', 'Dockerfile')]);
  });
});

describe('what is ignored', () => {
  test('does not count, and neither does how the ignore file says it, where it is ignored too', async () => {
    const folder = folderWith({ ...app, '.dockerignore': 'log\n.dockerignore\n' });
    const before = await hashOf(folder);
    writeFiles(folder, { 'log/1': '1', '.dockerignore': '/log/\n.docker*\n' });
    expect(await hashOf(folder)).toBe(before);
    writeFiles(folder, { '.dockerignore': '.dockerignore\n' });
    expect(await hashOf(folder)).not.toBe(before);
  });

  test('is said by the ignore file of the Dockerfile alone, where there is one, and be it empty', async () => {
    const folder = folderWith({ ...app, '.dockerignore': 'src' });
    expect(await read(folder)).toMatchObject({ files: 3 });
    writeFiles(folder, { 'Dockerfile.dockerignore': 'package-lock.json' });
    expect(await read(folder)).toMatchObject({ files: 5 });
    writeFiles(folder, { 'Dockerfile.dockerignore': '' });
    expect(await read(folder)).toMatchObject({ files: 6 });
  });

  test('is not walked, unless an exception could lie there', async () => {
    const folder = folderWith({ 'node_modules/x/deep/y.js': '', 'src/lib/a.ts': '', 'src/lib/b.js': '' });
    const asked: string[] = [];
    const patterns = ['*', '!src/*/*.ts'].map(text => {
      const pattern = ignorePattern(text);
      return { ...pattern, matches: (path: string) => asked.push(path) > 0 && pattern.matches(path) };
    });
    const files = await contextFiles(folder, patterns);
    expect(files.map(({ path }) => path)).toEqual(['src', 'src/lib', 'src/lib/a.ts']);
    expect(asked).toContain('src/lib/b.js');
    expect(asked.filter(path => path.startsWith('node_modules/'))).toEqual([]);
  });

  test.for([
    ['[a', 2, 'a bracket is not closed'],
    ['a\\', 2, 'a backslash has nothing'],
    ['!', 2, 'nothing follows'],
    ['\\d*', 2, 'a backslash before "d"'],
    ['[z-a]', 2, 'runs backwards'],
    ['[[:alpha:]]', 2, 'by name'],
    ['*{2}', 2, 'nothing to repeat'],
  ] as const)('a pattern such as %s is refused, with its line', async ([pattern, line, because]) => {
    const folder = folderWith({ ...app, '.dockerignore': `# all\n${pattern}\n` });
    const { problem } = await read(folder).catch(error => error);
    expect(problem).toMatchObject({ code: 'invalid-value', where: { file: join(folder, '.dockerignore'), line } });
    expect(problem.because).toContain(because);
  });
});

describe('odd things in a context', () => {
  test('links are taken as links, also those that go round in circles, to folders, or out', async () => {
    const folder = folderWith({ 'a/b': '' });
    symlinkSync('loop', join(folder, 'loop'));
    symlinkSync('..', join(folder, 'a', 'up'));
    symlinkSync('/', join(folder, 'out'));
    expect(await pathsOf(folder)).toEqual(['a', 'a/b', 'a/up', 'loop', 'out']);
  });

  test('a context that is a link is the folder that it points to', async () => {
    const folder = folderWith(app);
    const link = join(temporaryFolder(), 'link');
    symlinkSync(folder, link);
    expect(await hashOf(link)).toBe(await hashOf(folder));
  });

  test('names with spaces, line ends and letters of all kinds are told apart', async () => {
    const names = ['a b', ' a', 'a\nb', 'a\\nb', 'é', 'e\u0301', '"', '🗝'];
    expect(await pathsOf(folderWith(Object.fromEntries(names.map(name => [name, '']))))).toEqual(names.sort());
  });

  test('a pipe is not read, and a socket is the empty file that arrives', async () => {
    const folder = folderWith({ empty: '' });
    spawnSync('mkfifo', [join(folder, 'pipe')]);
    const server = createServer().listen(join(folder, 'socket'));
    await new Promise(resolve => server.once('listening', resolve));
    onTestFinished(() => void server.close());
    const [empty, pipe, socket] = await contextFiles(folder, []);
    expect(pipe).toMatchObject({ path: 'pipe', kind: 'pipe', bytes: 0 });
    expect(socket).toMatchObject({ path: 'socket', kind: 'file', hash: empty?.hash });
  });

  test('what goes away while it is looked at is not there', async () => {
    const folder = folderWith({ a: 'a', 'b/c': 'c', d: 'd', z: 'z' });
    const pattern = {
      ...ignorePattern('none'),
      matches: (path: string) => {
        // `a` was seen and is still to be read; `b` is still to be opened; `d` is still to be seen.
        if (path === 'b') rmSync(join(folder, 'b'), { recursive: true });
        if (path === 'd') for (const gone of ['a', 'd']) rmSync(join(folder, gone));
        return false;
      },
    };
    expect((await contextFiles(folder, [pattern])).map(({ path }) => path)).toEqual(['z']);
  });

  test('a name that is not UTF-8 is refused, unless it is ignored', async () => {
    const folder = folderWith({ Dockerfile: '' });
    writeFileSync(Buffer.concat([Buffer.from(`${folder}/bad`), Buffer.from([0xff])]), '');
    const { problem } = await read(folder).catch(error => error);
    expect(problem).toMatchObject({ code: 'invalid-value', message: 'The name of bad\uFFFD is not UTF-8' });
    writeFiles(folder, { '.dockerignore': 'bad*' });
    expect(await read(folder)).toMatchObject({ files: 2 });
  });

  test.runIf(process.getuid?.() === 0)('what may not be read is named, with the way out', () => {
    const folder = folderWith({ Dockerfile: '', 'secret/a': 'a', b: 'b' });
    const fail = (path: string): Problem => {
      chmodSync(folder, 0o755);
      chmodSync(join(folder, path), 0);
      const program = `
        import { readBuild } from ${JSON.stringify(join(import.meta.dirname, '../../src/engine/build-context.ts'))};
        const subject = ${JSON.stringify(subjectOf(folder))};
        // Only now: a checkout may lie where nobody else gets in.
        process.setgroups([]); process.setgid(65534); process.setuid(65534);
        console.log(JSON.stringify(await readBuild(subject, '/none').then(() => ({}), ({ problem }) => problem)));`;
      const run = spawnSync(process.execPath, ['--input-type=module', '--eval', program]);
      chmodSync(join(folder, path), 0o755);
      return JSON.parse(String(run.stdout) || JSON.stringify(String(run.stderr)));
    };
    for (const path of ['secret', 'b']) {
      const at = join(folder, path);
      expect(fail(path)).toMatchObject({
        code: 'no-permission',
        message: `${at} may not be read`,
        where: { file: at },
      });
    }
    writeFiles(folder, { '.dockerignore': 'secret\n!secret/*' });
    expect(fail('secret')).toEqual({});
  });
});
