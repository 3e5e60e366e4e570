import { describe, expect, test } from 'vitest';
import type { Facts } from '../../src/core/fact.ts';
import type { TagFact } from '../../src/core/facts/registry.ts';
import { nothingServes } from '../../src/core/facts/serving.ts';
import { BytechatError } from '../../src/core/problem.ts';
import { pruneTags } from '../../src/steps/prune.ts';
import { logIn, pushImage, releaseToPush, storeOf } from '../../src/steps/registry.ts';
import { configFrom } from '../support/config.ts';

const REPOSITORY = 'registry.example.org/team/shop';
const app = (repository: string): string =>
  `app: { name: shop, files: site, command: [node, a.js], image: { repository: ${repository} } }`;
const config = configFrom(`${app(REPOSITORY)}\nregistry: { username: ci, password: TOKEN }`);

/** `aaaa…`, as releases are called. */
const release = (letter: string): string => letter.repeat(12);

const tagOf = (tag: string, day: number, more: Partial<TagFact> = {}): TagFact => ({
  tag,
  digest: `sha256:${tag}`,
  size: 1,
  created: `2026-01-${String(day).padStart(2, '0')}T00:00:00Z`,
  platform: 'linux/amd64',
  parts: [],
  ...more,
});

const DAEMON = { client: '28.2.2', server: '20.10.24', said: '', platform: 'linux/amd64', buildx: true };
const facts = (tags: readonly TagFact[] | null, more: Facts = {}): Facts => ({
  registry: tags,
  recorded: [],
  inUse: [],
  docker: DAEMON,
  serving: nothingServes,
  ...more,
});

const codeOf = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    if (error instanceof BytechatError) return error.problem.code;
    throw error;
  }
  return 'ok';
};

describe('what is pruned', () => {
  const five = ['a', 'b', 'c', 'd', 'e'].map((letter, index) => tagOf(release(letter), index + 1));
  const gone = (known: Facts, keep = 0): string[] =>
    pruneTags(config, known, keep).flatMap(({ changes }) =>
      changes.filter(({ action }) => action === 'delete').map(({ what }) => what.split(':')[1]?.[0] ?? ''),
    );

  test.for<[string, Facts, number, string]>([
    ['everything, when nothing wants any of it', facts(five), 0, 'abcde'],
    ['not the newest', facts(five), 2, 'abc'],
    ['nothing where there are no more than may stay', facts(five), 5, ''],
    ['nothing of an empty repository', facts([]), 0, ''],
    [
      'not what history knows, of whatever environment',
      facts(five, { recorded: [release('a'), release('c')] }),
      1,
      'bd',
    ],
    ['not what serves', facts(five, { serving: { ...nothingServes, release: release('b') } }), 0, 'acde'],
    ['not what a container was made from', facts(five, { inUse: [`${REPOSITORY}:${release('d')}`] }), 0, 'abce'],
    [
      'not what one was made from by digest',
      facts(five, { inUse: [`${REPOSITORY}@sha256:${release('a')}`] }),
      0,
      'bcde',
    ],
    [
      'whatever containers of other repositories use',
      facts(five, { inUse: [`other.org/x:${release('a')}`] }),
      0,
      'abcde',
    ],
    [
      'whatever there is where there is no Docker',
      facts(five, { inUse: null, docker: { ...DAEMON, client: '' } }),
      0,
      'abcde',
    ],
  ])('%s', ([, known, keep, letters]) => {
    expect(gone(known, keep).join('')).toBe(letters);
  });

  test('never tags that are not called as releases are', () => {
    const others = ['latest', 'v1.2', 'abc', 'A'.repeat(12), `${release('a')}-new`, 'sha256-ab.sig'];
    expect(gone(facts(others.map(tag => tagOf(tag, 1))))).toEqual([]);
  });

  test('never a digest that a wanted tag shares, and one digest once', () => {
    const shared = tagOf('latest', 1, { digest: `sha256:${release('a')}` });
    expect(gone(facts([...five, shared]))).toEqual(['b', 'c', 'd', 'e']);
    const twice = [tagOf(release('a'), 1), tagOf(release('b'), 1, { digest: `sha256:${release('a')}` })];
    const [step] = pruneTags(config, facts(twice), 0);
    expect(step?.actions).toEqual([
      {
        kind: 'call',
        api: 'registry',
        method: 'delete',
        request: { image: `${REPOSITORY}@sha256:${release('a')}`, username: 'ci', password: 'TOKEN' },
      },
    ]);
    expect(step?.title).toBe('Delete 2 of 2 tags');
  });

  test('never a part of an index that a wanted tag leads to', () => {
    const index = tagOf('latest', 1, { parts: [`sha256:${release('c')}`] });
    expect(gone(facts([...five, index]))).toEqual(['a', 'b', 'd', 'e']);
    const used = facts([tagOf(release('a'), 1, { parts: ['sha256:arm'] })], { inUse: [`${REPOSITORY}@sha256:arm`] });
    expect(gone(used)).toEqual([]);
  });

  test('one that does not say when it was made counts as new', () => {
    expect(gone(facts([...five, tagOf(release('f'), 1, { created: '' })]), 2)).toEqual(['a', 'b', 'c', 'd']);
  });

  test('nothing, when nobody can say what containers use', () => {
    expect(codeOf(() => gone(facts(five, { inUse: null })))).toBe('docker-down');
    expect(codeOf(() => gone(facts(five, { inUse: null, docker: { ...DAEMON, server: '' } })))).toBe('docker-down');
  });

  test('depends on all that it was decided on', () => {
    expect(pruneTags(config, facts(five), 0)[0]?.needs).toEqual(['registry', 'recorded', 'inUse', 'serving']);
  });
});

describe('where images are kept', () => {
  test('is the repository of the file, with the login that it names', () => {
    expect(storeOf(config)).toEqual({ image: REPOSITORY, username: 'ci', password: 'TOKEN' });
  });

  test.for([
    ['an app', app('team/shop'), 'app.image.repository names no registry'],
    [
      'an app without an image',
      'app: { name: shop, files: site, command: [node, a.js] }',
      'app.image.repository names',
    ],
    ['the chat', 'target: local', 'chat.repository names no registry'],
  ])('must be said by %s', ([, file = '', message]) => {
    expect(() => storeOf(configFrom(file))).toThrow(message);
    expect(codeOf(() => storeOf(configFrom(file)))).toBe('missing-value');
  });
});

describe('what is pushed', () => {
  const image = { tag: release('a'), here: true };
  const known = (more: Facts = {}): Facts => ({ docker: DAEMON, image, recorded: [], published: [], ...more });

  test('is what the sources make now, when it is here and not there', () => {
    expect(releaseToPush(config, known(), undefined)).toBe(release('a'));
    const [step] = pushImage(config, known(), release('a'));
    expect(step?.actions).toMatchObject([
      { api: 'image', method: 'push', request: { image: `${REPOSITORY}:${release('a')}`, password: 'TOKEN' } },
    ]);
    expect(pushImage(config, known({ published: [release('a')] }), release('a'))).toEqual([]);
    expect(codeOf(() => releaseToPush(config, known({ image: { ...image, here: false } }), undefined))).toBe(
      'unknown-release',
    );
  });

  test.for<[string, readonly string[], string]>([
    ['abc', ['abc123', 'def456'], 'abc123'],
    ['abc', ['abc123', 'abc456'], 'unknown-release'],
    ['xyz', ['abc123'], 'unknown-release'],
  ])('or the recorded release that begins with %s, of %j', ([named, recorded, expected]) => {
    const find = () => releaseToPush(config, known({ recorded }), named);
    expect(expected === 'unknown-release' ? codeOf(find) : find()).toBe(expected);
  });

  test('needs a Docker that answers', () => {
    const down = known({ docker: { ...DAEMON, server: '', said: 'no socket' } });
    expect(codeOf(() => releaseToPush(config, down, undefined))).toBe('docker-down');
    const none = known({ docker: { ...DAEMON, client: '', server: '' } });
    expect(codeOf(() => releaseToPush(config, none, undefined))).toBe('tool-missing');
  });
});

test('a login is tried at the registry before Docker keeps it, and its password is a name', () => {
  const [step] = logIn(config, { username: 'ci', password: 'TOKEN' });
  expect(step?.actions).toMatchObject([
    { api: 'registry', method: 'check', request: { password: 'TOKEN' } },
    { args: ['login', '--username', 'ci', '--password-stdin', 'registry.example.org'], input: { $secret: 'TOKEN' } },
  ]);
});
