import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { ask, loadOn } from '../contract/load.ts';
import { appOf } from './support/app.ts';
import { soon, startDoor } from './support/door.ts';

const placeOf = async (env: Record<string, string> = {}) => {
  const door = await startDoor(env);
  const url = `http://127.0.0.1:${door.port}/`;
  return { door, url, get: () => ask(url) };
};

describe('apps that stand by', () => {
  test('hand over under load, back and forth, and nobody is refused', { timeout: 60_000 }, async () => {
    const { door, url, get } = await placeOf();
    const first = await appOf(door, 'one');
    expect(await door.ask('switch', { to: first.upstream })).toEqual({
      ...{ release: 'release-one', container: 'one', betweenMs: 0 },
    });
    expect(await get()).toBe('one');
    const load = loadOn(url, 200);
    let before = first;
    for (const name of ['two', 'three', 'four', 'five', 'six']) {
      const next = await appOf(door, name);
      const answer = await door.ask('switch', { to: next.upstream });
      expect(answer).toMatchObject({ container: name, release: `release-${name}` });
      expect(await get()).toBe(name);
      await before.stop();
      expect(before.log() + next.log()).not.toContain('two writers');
      before = next;
    }
    const { bodies, failures } = await load.stop();
    expect(failures).toEqual([]);
    expect(new Set(bodies)).toEqual(new Set(['one', 'two', 'three', 'four', 'five', 'six']));
    expect(readFileSync(join(door.data, 'notes'), 'utf8')).toBe('one\ntwo\nthree\nfour\nfive\nsix\n');
    expect(await door.status()).toMatchObject({
      ...{ version: 1, holding: false, waiting: 0, token: 1, switchedBy: 1 },
      ...{ current: { container: 'six' }, previous: { container: 'five' } },
    });
  });

  test('what an app has not taken yet when it is to let go, it takes first', async () => {
    const { door, get } = await placeOf();
    const [one, two] = [await appOf(door, 'one'), await appOf(door, 'two')];
    await door.ask('switch', { to: one.upstream });
    one.process().kill('SIGSTOP');
    const asked = Array.from({ length: 40 }, get);
    await vi.waitFor(async () => expect(await door.status()).toMatchObject({ open: 40 }), soon);
    const switched = door.ask('switch', { to: two.upstream });
    await vi.waitFor(async () => expect(await door.status()).toMatchObject({ holding: true }), soon);
    one.process().kill('SIGCONT');
    expect(await switched).toMatchObject({ container: 'two' });
    expect(new Set(await Promise.all(asked))).toEqual(new Set(['one']));
  });

  test('asked twice, the same release is not switched to twice', async () => {
    const { door, get } = await placeOf();
    const [one, two] = [await appOf(door, 'one'), await appOf(door, 'two')];
    await door.ask('switch', { to: one.upstream });
    const answer = await door.ask('switch', { to: two.upstream, token: 2 });
    expect(await door.ask('switch', { to: two.upstream, token: 3 })).toEqual(answer);
    expect(await get()).toBe('two');
    expect(await door.status()).toMatchObject({ switchedBy: 3, previous: { container: 'one' } });
  });

  test.for(['404', 'never'])('one that answers %s must be ended first, and connections wait meanwhile', async says => {
    const { door, get } = await placeOf();
    const one = await appOf(door, 'one', { env: { RELEASE: says }, more: { drainMs: 300 } });
    await door.ask('switch', { to: one.upstream });
    const two = await appOf(door, 'two');
    expect(await door.ask('switch', { to: two.upstream })).toEqual({ mustEnd: 'one' });
    const waiting = get();
    await vi.waitFor(async () => expect(await door.status()).toMatchObject({ holding: true, waiting: 1 }), soon);
    // Asked without the word that it has ended, it must still end.
    expect(await door.ask('switch', { to: two.upstream })).toEqual({ mustEnd: 'one' });
    await one.stop('SIGKILL');
    expect(await door.ask('switch', { to: two.upstream, ended: true })).toMatchObject({ container: 'two' });
    expect(await waiting).toBe('two');
  });

  test('one that has ended has let go', async () => {
    const { door, get } = await placeOf();
    const [one, two] = [await appOf(door, 'one'), await appOf(door, 'two')];
    await door.ask('switch', { to: one.upstream });
    await one.stop('SIGKILL');
    expect(await door.ask('switch', { to: two.upstream })).toMatchObject({ container: 'two' });
    expect(await get()).toBe('two');
  });
});

describe('apps without a private socket', () => {
  test('end before the next one starts, and whoever comes meanwhile waits', { timeout: 60_000 }, async () => {
    const { door, url, get } = await placeOf();
    const making = { handover: 'exclusive', isLater: true } as const;
    const one = await appOf(door, 'one', making);
    await door.ask('switch', { to: one.upstream });
    const early = get();
    await one.start();
    expect(await early).toBe('one');
    const load = loadOn(url, 100);
    const two = await appOf(door, 'two', making);
    expect(await door.ask('switch', { to: two.upstream })).toEqual({ mustEnd: 'one' });
    await one.stop();
    const answer = await door.ask('switch', { to: two.upstream, ended: true });
    await two.start();
    expect(answer.betweenMs).toBeGreaterThan(0);
    expect(await get()).toBe('two');
    const { bodies, failures } = await load.stop();
    expect(failures).toEqual([]);
    expect(bodies).toContain('two');
  });
});

describe('a release that cannot take over', () => {
  test('says why, and the one before comes back', async () => {
    const { door, url, get } = await placeOf();
    const one = await appOf(door, 'one');
    await door.ask('switch', { to: one.upstream });
    const two = await appOf(door, 'two', { env: { ACTIVATE: '500' } });
    const load = loadOn(url, 100);
    const { problem } = await door.ask('switch', { to: two.upstream, token: 2 });
    expect(problem).toEqual({
      code: 'start-failed',
      message: 'release-two could not take over',
      because: 'the data is of a later version',
    });
    expect(await door.status()).toMatchObject({ holding: true, left: true, current: { container: 'one' } });
    await two.stop('SIGKILL');
    await one.stop();
    await door.ask('prepare', { container: 'one', token: 2 });
    await one.start();
    expect(await door.ask('switch', { to: one.upstream, ended: true, token: 2 })).toMatchObject({ container: 'one' });
    expect(await get()).toBe('one');
    const { bodies, failures } = await load.stop();
    expect(failures).toEqual([]);
    expect(new Set(bodies)).toEqual(new Set(['one']));
    const status = await door.status();
    expect(status).toMatchObject({ holding: false, switchedBy: 2 });
    expect(status).not.toHaveProperty('left');
    expect(status).not.toHaveProperty('previous');
  });

  test('as the first one, leaves nobody waiting', async () => {
    const { door, get } = await placeOf();
    const one = await appOf(door, 'one', { env: { ACTIVATE: '500' } });
    expect((await door.ask('switch', { to: one.upstream })).problem?.code).toBe('start-failed');
    expect(await door.status()).toMatchObject({ holding: false, waiting: 0 });
    await expect(get()).rejects.toThrow();
  });
});

describe('a hold that nobody ends', () => {
  const brief = { DOOR_HOLD_MS: '300' };

  test('ends by itself, and leads to what served before', async () => {
    const { door, get } = await placeOf(brief);
    const one = await appOf(door, 'one');
    await door.ask('switch', { to: one.upstream });
    expect(await door.ask('hold')).toMatchObject({ holding: true });
    expect(await get()).toBe('one');
    expect(await door.status()).toMatchObject({ holding: false });
  });

  test('after an app was to be ended, leads to it: it still serves', async () => {
    const { door, get } = await placeOf(brief);
    const one = await appOf(door, 'one', { env: { RELEASE: '404' } });
    await door.ask('switch', { to: one.upstream });
    const two = await appOf(door, 'two');
    expect(await door.ask('switch', { to: two.upstream })).toEqual({ mustEnd: 'one' });
    expect(await get()).toBe('one');
    expect(await door.status()).not.toHaveProperty('left');
    expect(readFileSync(join(door.data, 'taken'), 'utf8')).toBe('one\n');
  });

  test('after a failed switch, lets the one before serve again once somebody has started it', async () => {
    const { door, get } = await placeOf(brief);
    const one = await appOf(door, 'one');
    await door.ask('switch', { to: one.upstream });
    const two = await appOf(door, 'two', { env: { ACTIVATE: '500' } });
    await door.ask('switch', { to: two.upstream });
    await one.stop('SIGKILL');
    await door.ask('prepare', { container: 'one' });
    await one.start();
    expect(await get()).toBe('one');
  });

  test('after a release that was cut off while it took over, lets nobody else have the data', async () => {
    const { door, get } = await placeOf(brief);
    const one = await appOf(door, 'one');
    await door.ask('switch', { to: one.upstream });
    const two = await appOf(door, 'two', { env: { ACTIVATE: 'never' } });
    const failing = door.ask('switch', { to: two.upstream });
    await vi.waitFor(() => expect(readFileSync(join(door.data, 'taken'), 'utf8')).toBe('two\n'), soon);
    await two.stop('SIGKILL');
    expect((await failing).problem).toMatchObject({
      code: 'start-failed',
      because: expect.stringContaining('hang up'),
    });
    const later = get();
    await vi.waitFor(async () => expect(await door.status()).toMatchObject({ current: { container: 'two' } }), soon);
    expect(one.log().match(/serves/g)).toHaveLength(1);
    later.catch(() => {});
  });
});
