/** The same folders and ignore files, given to us and to a real BuildKit. */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { BytechatError } from '../../src/core/problem.ts';
import { stampBuild } from '../../src/engine/build-context.ts';
import { type ContextFile, contextFiles } from '../../src/engine/context-files.ts';
import { readPatterns } from '../../src/engine/ignore-file.ts';
import { withoutDocker } from '../support/docker.ts';
import { folderWith, temporaryFolder, writeFiles } from '../support/folder.ts';
import { thorough } from '../support/thorough.ts';
import { arrivals } from './support/buildkit.ts';

const REFUSED = 'refused';

/** As `arrivals` tells it. */
const ours = async (context: string): Promise<string[] | typeof REFUSED> => {
  try {
    const ignore = join(context, '.dockerignore');
    const text = existsSync(ignore) ? readFileSync(ignore, 'utf8') : '';
    return told(context, await contextFiles(context, readPatterns(text, ignore)));
  } catch (error) {
    if (error instanceof BytechatError && error.problem.code === 'invalid-value') return REFUSED;
    throw error;
  }
};

/** A pipe is sent, and not copied. */
const told = (context: string, files: readonly ContextFile[]): string[] =>
  files
    .filter(({ kind }) => kind !== 'pipe')
    .map(({ path, kind, mode }) => JSON.stringify([path, kind, mode.toString(8), contentOf(join(context, path), kind)]))
    .sort();

const contentOf = (at: string, kind: string): string => {
  if (kind === 'link') return readlinkSync(at);
  return kind === 'file' && lstatSync(at).isFile() ? readFileSync(at, 'utf8') : '';
};

const theirs = (context: string, place: string): Promise<string[] | typeof REFUSED> =>
  arrivals(context, place).catch(error => {
    if (/syntax error in pattern|illegal exclusion pattern/.test(String(error.stderr))) return REFUSED;
    throw error;
  });

type Tree = Readonly<Record<string, { readonly kind: 'file' | 'folder' | 'link'; readonly mode: number }>>;

const grow = (context: string, tree: Tree): void => {
  for (const [path, { kind, mode }] of Object.entries(tree)) {
    const at = join(context, path);
    if (existsSync(at) || !mayLie(at)) continue;
    mkdirSync(dirname(at), { recursive: true });
    if (kind === 'link') symlinkSync('a', at);
    if (kind === 'folder') mkdirSync(at);
    if (kind === 'file') writeFileSync(at, path);
    if (kind !== 'link') chmodSync(at, kind === 'folder' ? mode | 0o700 : mode);
  }
};

/** Not below what is a file already. */
const mayLie = (at: string): boolean => {
  try {
    mkdirSync(dirname(at), { recursive: true });
    return true;
  } catch {
    return false;
  }
};

const name = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('a', 'b', 'ab', 'a.b', 'c') },
  {
    weight: 2,
    arbitrary: fc.constantFrom('B', 'é', 'x y', '-', '[a]', 'a*', '!a', '#a', '^', 'a\\b', 'a\nb', '.a', '{a}'),
  },
);
const path = fc.array(name, { minLength: 1, maxLength: 4 }).map(names => names.join('/'));
const entry = fc.record({
  kind: fc.constantFrom('file', 'file', 'file', 'folder', 'link'),
  mode: fc.constantFrom(0o644, 0o600, 0o755, 0o4755, 0o1777, 0o2750),
});
const tree = fc.dictionary(path, entry, { minKeys: 4, maxKeys: 14, noNullPrototype: true });

const part = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('a', 'b', 'ab', 'a.b', 'c', '**', '*') },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      '?',
      'a*',
      '*b',
      'a**',
      '**b',
      '***',
      '[ab]',
      '[^a]',
      '[a-c]b',
      '\\a',
      '\\!a',
      '[!a]',
      '.',
      '..',
      '',
      '^',
      '[a]*',
      '[*]',
      '[?]',
      '[[]a]',
      'é',
      'a\\*',
      '{a}',
      '.*',
      'a?b',
    ),
  },
  {
    weight: 1,
    arbitrary: fc.string({
      unit: fc.constantFrom('a', 'b', '*', '?', '[', ']', '^', '-', '\\', '.', '!', '$', '(', '|', '+'),
      maxLength: 5,
    }),
  },
);
const pattern = fc
  .tuple(
    fc.constantFrom('', '', '', '!', '!', '#', ' ', '/', '! ', '!/', '\uFEFF', '\u00a0'),
    fc.array(part, { minLength: 1, maxLength: 4 }),
    fc.constantFrom('', '', '', '/', ' ', '\r'),
  )
  .map(([before, parts, after]) => before + parts.join('/') + after);
const ignoreFile = fc.array(pattern, { minLength: 1, maxLength: 6 }).map(lines => lines.join('\n'));

const file = { kind: 'file', mode: 0o644 } as const;

/** Where Docker is not what one would think: found by this test, and kept. */
const KNOWN: [Tree, string][] = [
  [{ a: file, b: file }, '|/?'],
  [{ a: file, b: file }, 'a\n\uFEFF*'],
  [{ 'a.b/B/a': file, ab: file }, '**\n!a.b/*/**\na'],
  [{ 'a/b/c': file, 'a/d': file, b: file }, '*\n!a/**/c\n!b*'],
  [{ a: file, b: file, '[': file, '^]': file }, '[*]'],
];

describe.skipIf(withoutDocker)('beside a real Docker', { timeout: 120_000 }, () => {
  test('all kinds of things arrive as we see them', async () => {
    const [context, place] = [
      folderWith({ 'a/b': '1', 'ü\n"': '2', 'back\\slash': '3', empty: '' }),
      temporaryFolder(),
    ];
    grow(context, {
      setuid: { kind: 'file', mode: 0o4711 },
      unreadable: { kind: 'file', mode: 0 },
      sticky: { kind: 'folder', mode: 0o1777 },
      setgid: { kind: 'folder', mode: 0o2770 },
    });
    linkSync(join(context, 'a/b'), join(context, 'hard'));
    for (const [name, to] of [
      ['loop', 'loop'],
      ['out', '../..'],
      ['absolute', '/etc'],
      ['folder', 'a'],
    ] as const)
      symlinkSync(to, join(context, name));
    execFileSync('mkfifo', [join(context, 'pipe')]);
    const server = createServer().listen(join(context, 'socket'));
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    expect(await ours(context)).toEqual(await arrivals(context, place));
  });

  test.for<[string, (context: string, place: string) => void]>([
    ['the one in the context', () => {}],
    ['that of the Dockerfile', (_, place) => writeFiles(place, { 'Dockerfile.dockerignore': 'b' })],
    ['that of the Dockerfile, though empty', (_, place) => writeFiles(place, { 'Dockerfile.dockerignore': '' })],
    [
      'none that is a folder',
      context => {
        rmSync(join(context, '.dockerignore'));
        mkdirSync(join(context, '.dockerignore'));
      },
    ],
    [
      'none that lies elsewhere',
      (context, place) => {
        rmSync(join(context, '.dockerignore'));
        symlinkSync(join(place, 'elsewhere'), join(context, '.dockerignore'));
      },
    ],
    [
      'one that a link leads to',
      context => {
        rmSync(join(context, '.dockerignore'));
        symlinkSync('c/ignore', join(context, '.dockerignore'));
      },
    ],
  ])('the ignore file is %s', async ([, change]) => {
    const context = folderWith({ '.dockerignore': 'a', a: '', b: '', 'c/ignore': 'b' });
    const place = folderWith({ elsewhere: 'a\nb' });
    change(context, place);
    const theirs = await arrivals(context, place);
    const stamp = join(temporaryFolder(), 'stamp.json');
    await stampBuild({ context, dockerfile: join(place, 'Dockerfile'), args: {}, platform: 'linux/amd64' }, stamp);
    expect(told(context, JSON.parse(readFileSync(stamp, 'utf8')).files)).toEqual(theirs);
  });

  test('whatever is ignored, what is left is what BuildKit takes', { timeout: 600_000 }, async () => {
    const place = temporaryFolder();
    await fc.assert(
      fc.asyncProperty(tree, ignoreFile, async (files, text) => {
        const context = mkdtempSync(join(place, 'context-'));
        grow(context, files);
        writeFileSync(join(context, '.dockerignore'), text);
        const mine = await ours(context);
        // We refuse more: what Docker finds only when it comes to ask the pattern, or gives a sense that nobody means.
        if (mine !== REFUSED) expect(mine).toEqual(await theirs(context, place));
        rmSync(context, { recursive: true });
      }),
      { examples: KNOWN, numRuns: thorough ? 150 : 40 },
    );
  });
});
