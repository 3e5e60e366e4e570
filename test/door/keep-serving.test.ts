import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { askSocket } from '../../src/engine/http.ts';
import { ask } from '../contract/load.ts';
import { type App, appOf } from './support/app.ts';
import { type Door, soon, startDoor } from './support/door.ts';

const get = (door: Door): Promise<string> => ask(`http://127.0.0.1:${door.port}/`);
const served = (app: App): number => app.log().match(/^serves/gm)?.length ?? 0;

const serving = async (env?: Record<string, string>) => {
  const door = await startDoor();
  const one = await appOf(door, 'one', env ? { env } : {});
  await door.ask('switch', { to: one.upstream });
  expect(await get(door)).toBe('one');
  return { door, one };
};

const isGone = (app: App) => vi.waitFor(() => expect(existsSync(app.socket ?? '')).toBe(false), soon);

describe('an app that crashes and is started again by Docker', () => {
  test('finds the way free, and is told to serve again; whoever comes meanwhile waits', async () => {
    const { door, one } = await serving();
    for (const run of [2, 3]) {
      await one.stop('SIGKILL');
      await isGone(one);
      const waiting = get(door);
      await one.start();
      expect(await waiting).toBe('one');
      expect(served(one)).toBe(run);
    }
  });

  test('while the door is away as well, is told by the next door', async () => {
    const { door, one } = await serving();
    await door.kill();
    await one.stop('SIGKILL');
    await door.start();
    await isGone(one);
    const waiting = get(door);
    await one.start();
    expect(await waiting).toBe('one');
    expect(served(one)).toBe(2);
  });

  test('and does not want to serve, is asked until it does', async () => {
    const { door, one } = await serving();
    await one.stop('SIGKILL');
    await isGone(one);
    const unwilling = await appOf(door, 'one', { env: { ACTIVATE: '500' } });
    await vi.waitFor(() => expect(door.log()).toContain('one does not serve: the data is of a later version'), soon);
    await unwilling.stop('SIGKILL');
    await isGone(one);
    await one.start();
    expect(await get(door)).toBe('one');
  });
});

describe('an app that serves', () => {
  test('is not told again by a door that was killed and started again', async () => {
    const { door } = await serving({});
    const taken = () => readFileSync(join(door.data, 'taken'), 'utf8');
    await vi.waitFor(() => expect(door.saved().told).toBeTruthy(), soon);
    await door.kill();
    await door.start();
    expect(await get(door)).toBe('one');
    expect(taken()).toBe('one\n');
  });

  test('may close a line that is idle: it is made anew, and nothing is told', async () => {
    const { door } = await serving({ IDLE_MS: '50' });
    await vi.waitFor(() => expect(readFileSync(join(door.data, 'lines'), 'utf8').length).toBeGreaterThan(5), soon);
    expect(readFileSync(join(door.data, 'taken'), 'utf8')).toBe('one\n');
    expect(await get(door)).toBe('one');
  });
});

test('nobody is looked after any more once the door leads nowhere', async () => {
  const { door, one } = await serving({});
  const lines = () => askSocket(one.socket ?? '', { method: 'GET', path: '/lines', timeoutMs: 2000 });
  await vi.waitFor(async () => expect((await lines()).body).toBe('2'), soon);
  await door.ask('clear');
  await vi.waitFor(async () => expect((await lines()).body).toBe('1'), soon);
  await expect(get(door)).rejects.toThrow();
});
