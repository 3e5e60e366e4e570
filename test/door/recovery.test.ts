import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { ask } from '../contract/load.ts';
import { writeFiles } from '../support/folder.ts';
import { type App, appOf } from './support/app.ts';
import { type Door, dyingAt, soon, startDoor } from './support/door.ts';

const get = (door: Door): Promise<string> => ask(`http://127.0.0.1:${door.port}/`);
const notesOf = (door: Door): string => readFileSync(join(door.data, 'notes'), 'utf8');
const served = (app: App): number => app.log().match(/^serves/gm)?.length ?? 0;

/** `one` serves and `two` stands by, and the door will die at that write of its state. */
const placeDyingAt = async (edge: string) => {
  const door = await startDoor();
  const one = await appOf(door, 'one');
  await door.ask('switch', { to: one.upstream });
  const two = await appOf(door, 'two');
  writeFiles(door.backups, { 'old/notes': 'old\n' });
  await door.kill();
  await door.start(dyingAt(edge));
  return { door, one, two };
};

const switching = (to: App) => ({ to: to.upstream, token: 2, data: { backup: 'before-two', restore: 'old' } });

const dieInSwitch = async (door: Door, to: App): Promise<void> => {
  await expect(door.ask('switch', switching(to))).rejects.toThrow();
  await door.ended();
  expect(door.process().signalCode).toBe('SIGKILL');
};

/** The token, the switch, what has let go, what is to serve, what serves. */
const WRITES = [1, 2, 3, 4, 5];
const edges = WRITES.flatMap(each => [`before ${each}`, `after ${each}`]);
const begun = edges.slice(edges.indexOf('after 2'));

describe('a door that is killed while releases change hands', () => {
  test.for(begun)('goes on by itself when it dies %s', async edge => {
    const { door, one, two } = await placeDyingAt(edge);
    await dieInSwitch(door, two);
    await door.start();
    expect(await get(door)).toBe('two');
    expect(await door.ask('switch', switching(two))).toMatchObject({ container: 'two' });
    expect(await door.status()).toMatchObject({
      ...{ holding: false, token: 2, switchedBy: 2 },
      ...{ current: { container: 'two' }, previous: { container: 'one' } },
    });
    expect([notesOf(door), served(one), served(two)]).toEqual(['old\ntwo\n', 1, 1]);
    expect(readFileSync(join(door.backups, 'before-two', 'notes'), 'utf8')).toBe('one\n');
    expect(one.log() + two.log()).not.toContain('two writers');
  });

  test.for(edges.slice(0, edges.indexOf('after 2')))('has begun nothing when it dies %s', async edge => {
    const { door, one, two } = await placeDyingAt(edge);
    await dieInSwitch(door, two);
    await door.start();
    expect(await get(door)).toBe('one');
    expect(await door.ask('switch', switching(two))).toMatchObject({ container: 'two' });
    expect(await get(door)).toBe('two');
    expect([notesOf(door), served(one), served(two)]).toEqual(['old\ntwo\n', 1, 1]);
  });

  test('has all writes of a switch among these', async () => {
    const { door, two } = await placeDyingAt(`before ${WRITES.length + 1}`);
    expect(await door.ask('switch', switching(two))).toMatchObject({ container: 'two' });
    expect(await get(door)).toBe('two');
  });

  test.for(['after 2', 'after 3', 'after 4'])('%s, together with its apps, never wakes the old one', async edge => {
    const { door, one, two } = await placeDyingAt(edge);
    await dieInSwitch(door, two);
    await Promise.all([one.stop('SIGKILL'), two.stop('SIGKILL')]);
    await door.start();
    rmSync(one.socket ?? '');
    await one.start();
    const answered = get(door);
    // What the killed app has left is in its way, until the door takes it away.
    await vi.waitFor(() => expect(existsSync(two.socket ?? '')).toBe(false), soon);
    await two.start();
    expect(await answered).toBe('two');
    expect([notesOf(door), served(one)]).toEqual(['old\ntwo\n', 1]);
  });

  test('holds on when it must first be told that the old one has ended', async () => {
    const door = await startDoor();
    const one = await appOf(door, 'one', { env: { RELEASE: '404' } });
    await door.ask('switch', { to: one.upstream });
    const two = await appOf(door, 'two');
    expect(await door.ask('switch', { to: two.upstream })).toEqual({ mustEnd: 'one' });
    await door.kill();
    await door.start();
    const waiting = get(door);
    await vi.waitFor(async () => expect(await door.status()).toMatchObject({ holding: true, waiting: 1 }), soon);
    await one.stop('SIGKILL');
    expect(await door.ask('switch', { to: two.upstream, ended: true })).toMatchObject({ container: 'two' });
    expect(await waiting).toBe('two');
  });

  test('ends a hold when its time comes, also one that it did not begin', async () => {
    const door = await startDoor({ DOOR_HOLD_MS: '2000' });
    const one = await appOf(door, 'one');
    await door.ask('switch', { to: one.upstream });
    await door.ask('hold');
    await door.kill();
    await door.start();
    expect(await get(door)).toBe('one');
    expect(served(one)).toBe(1);
  });
});

describe('a door that cannot write down what it does', () => {
  test('does not begin, and what serves goes on serving', async () => {
    const door = await startDoor();
    const [one, two] = [await appOf(door, 'one'), await appOf(door, 'two')];
    await door.ask('switch', { to: one.upstream });
    obstruct(join(door.run, 'door.json'));
    expect((await door.ask('switch', { to: two.upstream })).problem).toMatchObject({ code: 'bug' });
    expect(await get(door)).toBe('one');
    expect(served(two)).toBe(0);
  });
});

/** A file cannot be renamed over a folder. */
const obstruct = (file: string): void => {
  rmSync(file);
  mkdirSync(file);
};
