/** The client against two real registries, one with a password, and what is between them and it. */

import process from 'node:process';
import { describe, expect, test } from 'vitest';
import { createRegistry } from '../../src/clients/registry.ts';
import type { Json } from '../../src/core/json.ts';
import { pause } from '../../src/engine/pause.ts';
import { type Fault, faultProxy, type Seen } from '../support/fault-proxy.ts';
import { folderWith } from '../support/folder.ts';
import {
  asking,
  locked,
  login,
  notedPauses,
  open,
  ownName,
  problemOf,
  pushedTags,
  realOptions,
  withoutRegistry,
} from '../support/registry.ts';

// Nothing that this machine's Docker knows may play a part.
process.env.DOCKER_CONFIG = '/nonexistent';

const TIMEOUT_MS = 500;

/** Asks with pauses that are noted and not made, and keeps what it is told meanwhile. */
const patient = () => {
  const { pause, pauses } = notedPauses();
  const told: string[] = [];
  const client = createRegistry({ timeoutMs: TIMEOUT_MS, pause });
  const ask = asking(client, 'registry');
  const options = { ...realOptions(), onLine: (line: string) => void told.push(line) };
  return { pauses, told, ask: (method: string, request: { [key: string]: Json }) => ask(method, request, options) };
};

const { ask } = patient();

describe.skipIf(withoutRegistry)('a registry', () => {
  test('tells its tags, and gives each up by its digest, with all its names', async () => {
    const image = `${open}/${ownName()}`;
    expect(await ask('list', { image })).toEqual([]);
    expect(await ask('tags', { image })).toEqual([]);
    await pushedTags(image, ['one', 'two']);
    const list = (await ask('list', { image })) as { digest: string; tag: string; size: number }[];
    expect(list).toEqual(
      ['one', 'two'].map(tag => ({
        tag,
        digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
        size: expect.any(Number),
        created: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
        platform: expect.stringMatching(/^linux\/\w+$/),
        parts: [],
      })),
    );
    expect(list[0]?.size).toBeGreaterThan(100_000);
    const head = await ask('head', { image: `${image}:one` });
    expect(head).toMatchObject({ digest: list[0]?.digest, mediaType: expect.stringContaining('manifest') });
    expect(await ask('head', { image: `${image}@${list[0]?.digest}` })).toEqual(head);
    expect(await ask('head', { image: `${image}:none` })).toBeNull();
    const gone = `${image}@${list[0]?.digest}`;
    expect(await ask('delete', { image: gone })).toEqual({ digest: list[0]?.digest });
    expect(await ask('delete', { image: gone })).toEqual({ detail: 'it was gone already' });
    expect(await ask('tags', { image })).toEqual(['two']);
  });

  test('with a password lets in who has it, and says who was refused and why', async () => {
    const image = `${locked}/${ownName()}`;
    expect(await ask('check', { image, ...login })).toEqual({ detail: `${locked} lets ${login.username} in` });
    expect(await ask('list', { image, ...login })).toEqual([]);
    expect(await problemOf(ask('list', { image, ...login, username: 'mallory' }))).toMatchObject({
      code: 'registry-refused',
      message: expect.stringMatching(/does not let mallory read bytechat-test/),
      because: expect.stringMatching(
        /401, UNAUTHORIZED: .*; the login is from the variable BYTECHAT_TEST_REGISTRY_PASS/,
      ),
    });
    expect(await problemOf(ask('check', { image }))).toMatchObject({
      code: 'registry-refused',
      message: `${locked} does not let anybody in without a login`,
      because: expect.stringContaining('no login was found'),
      fix: expect.stringContaining('bytechat registry login'),
    });
  });

  test('is asked with the login that Docker keeps, when the file names none', async () => {
    const auth = Buffer.from(`${login.username}:${process.env[login.password]}`).toString('base64');
    process.env.DOCKER_CONFIG = folderWith({ 'config.json': JSON.stringify({ auths: { [locked]: { auth } } }) });
    expect(await ask('check', { image: `${locked}/a` })).toEqual({ detail: `${locked} answers` });
    process.env.DOCKER_CONFIG = '/nonexistent';
  });
});

const always = (fault: Fault) => (): Fault => fault;
const once =
  (fault: Fault) =>
  ({ before }: Seen): Fault | undefined =>
    before === 0 ? fault : undefined;

describe.skipIf(withoutRegistry)('what passes', () => {
  test.for<[string, Fault, number[]]>([
    ['a 500', { answer: 500 }, [500]],
    ['a 503', { answer: 503, body: 'upstream' }, [500]],
    ['a 429', { answer: 429 }, [500]],
    ['a 429 that says when', { answer: 429, headers: { 'retry-after': '3' } }, [3000]],
    ['a 503 that asks for less than we wait anyway', { answer: 503, headers: { 'retry-after': '0' } }, [500]],
    ['a connection that is cut', 'cut', [500]],
    ['an answer that is cut', 'half', [500]],
    ['an answer that never comes', 'hang', [500]],
  ])('%s is tried again, and told', async ([, fault, waited]) => {
    const image = ownName();
    await pushedTags(`${open}/${image}`, ['one']);
    const proxy = await faultProxy(open);
    proxy.fail(once(fault));
    const { ask: asks, pauses, told } = patient();
    const list = await asks('list', { image: `${proxy.host}/${image}` });
    expect(list).toMatchObject([{ tag: 'one', platform: expect.stringContaining('linux') }]);
    // Each of the three kinds of requests has failed once: the tags, a manifest, a config.
    expect(pauses).toEqual([...waited, ...waited, ...waited]);
    expect(told).toHaveLength(3);
    expect(told[0]).toMatch(new RegExp(`^${proxy.host}: .*; try 2 of 5 in [\\d.]+ s$`));
    expect(proxy.seen).toHaveLength(6);
  });

  test('a slow answer is none of it', async () => {
    const proxy = await faultProxy(open);
    proxy.fail(always({ delayMs: TIMEOUT_MS / 5 }));
    const { ask: asks, pauses } = patient();
    expect(await asks('list', { image: `${proxy.host}/${ownName()}` })).toEqual([]);
    expect(pauses).toEqual([]);
  });
});

describe.skipIf(withoutRegistry)('what does not pass', () => {
  const PAUSES = [500, 1000, 2000, 4000];
  const failing = async (fault: Fault, image = ownName()) => {
    const proxy = await faultProxy(locked);
    proxy.fail(always(fault));
    const { ask: asks, pauses } = patient();
    const problem = await problemOf(asks('list', { image: `${proxy.host}/${image}`, ...login }));
    return { problem, pauses, requests: proxy.seen.length };
  };
  const body = JSON.stringify({ errors: [{ code: 'TROUBLE', message: 'the store is broken' }] });

  test.for<[string, Fault, string, RegExp, number[]]>([
    ['a 500', { answer: 500, body }, 'registry-failed', /500, TROUBLE: the store is broken, 5 times/, PAUSES],
    ['a 429', { answer: 429 }, 'registry-failed', /answers 429, 5 times/, PAUSES],
    [
      'a 429 for an hour',
      { answer: 429, headers: { 'retry-after': '3600' } },
      'registry-failed',
      /not tried again/,
      [],
    ],
    ['nobody there', 'cut', 'registry-failed', /connection was cut, 5 times/, PAUSES],
    ['a registry that hangs', 'hang', 'timed-out', /no answer within 0.5 s, 5 times/, PAUSES],
    ['a 401', { answer: 401, body }, 'registry-refused', /401, TROUBLE/, []],
    ['a 403', { answer: 403, body }, 'registry-refused', /403, TROUBLE: .*; no login was found|the login is from/, []],
    ['a 400', { answer: 400, body }, 'registry-failed', /400, TROUBLE/, []],
  ])('%s', async ([, fault, code, because, pauses]) => {
    const ended = await failing(fault);
    expect(ended.problem.code).toBe(code);
    expect(ended.problem.because).toMatch(because);
    expect(ended.pauses).toEqual(pauses);
    expect(ended.requests).toBe(pauses.length + 1);
    expect(ended.problem.fix).toBeTruthy();
  });

  test('a registry that deletes nothing says so', async () => {
    const proxy = await faultProxy(open);
    proxy.fail(({ method }) => (method === 'DELETE' ? { answer: 405, body } : undefined));
    expect(await problemOf(ask('delete', { image: `${proxy.host}/a@sha256:ab` }))).toMatchObject({
      code: 'registry-refused',
      message: `${proxy.host} deletes nothing`,
      because: expect.stringContaining('405'),
    });
  });

  test('who stops it is obeyed at once, in a request and in a pause', async () => {
    const proxy = await faultProxy(open);
    proxy.fail(always('hang'));
    const reason = new Error('stopped');
    const stop = new AbortController();
    const client = asking(createRegistry({ timeoutMs: 60_000, pause: async () => {} }), 'registry');
    const stopped = client('tags', { image: `${proxy.host}/a` }, { signal: stop.signal });
    stop.abort(reason);
    await expect(stopped).rejects.toBe(reason);
    const pausing = new AbortController();
    const paused = pause(60_000, pausing.signal);
    pausing.abort(reason);
    await expect(paused).rejects.toBe(reason);
  });
});
