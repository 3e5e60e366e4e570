import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  utimesSync,
} from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { describe, expect, test } from 'vitest';
import { writeFiles } from '../support/folder.ts';
import { thorough } from '../support/thorough.ts';
import { appOf } from './support/app.ts';
import { type Door, dyingAt, startDoor } from './support/door.ts';

const isRoot = process.getuid?.() === 0;

/** Everything below a folder: kind, mode, owner and content. */
const pictureOf = (folder: string): Record<string, unknown> =>
  Object.fromEntries(
    ['.', ...(readdirSync(folder, { recursive: true }) as string[])].sort().map(path => {
      const file = join(folder, path);
      const stats = lstatSync(file);
      const content = stats.isFile() ? readFileSync(file, 'utf8') : stats.isSymbolicLink() ? readlinkSync(file) : '';
      return [path, [stats.mode.toString(8), stats.uid, stats.gid, content].join(' ')];
    }),
  );

const LONG_AGO = new Date('2020-02-02T02:02:02Z');

const furnish = (folder: string, text: string): void => {
  writeFiles(folder, {
    'form.json': text,
    'rooms/a/one': `${text} one`,
    'rooms/b': `${text} b`,
    [`only-${text}`]: text,
  });
  symlinkSync('rooms/b', join(folder, 'link'));
  symlinkSync('/no/such/file', join(folder, 'rooms/nowhere'));
  chmodSync(join(folder, 'rooms/b'), 0o400);
  chmodSync(join(folder, 'rooms/a'), 0o750);
  if (isRoot) for (const each of ['.', 'rooms', 'rooms/a/one']) chownSync(join(folder, each), 65_532, 1234);
  chmodSync(folder, 0o770);
};

/** The data of now, and a copy of those of then. */
const placeWithCopy = async (env: Record<string, string> = {}) => {
  const door = await startDoor(env);
  furnish(door.data, 'now');
  mkdirSync(join(door.backups, 'then'));
  furnish(join(door.backups, 'then'), 'then');
  return { door, now: pictureOf(door.data), past: pictureOf(join(door.backups, 'then')) };
};

const switchTo = (door: Door, data: object) => door.ask('switch', { to: door.upstream('one', 1), ended: true, data });

describe('a copy of the data', () => {
  test('is the same in every respect', async () => {
    const { door, now } = await placeWithCopy();
    utimesSync(join(door.data, 'form.json'), LONG_AGO, LONG_AGO);
    expect(await switchTo(door, { backup: 'kept', oneWay: true })).not.toHaveProperty('replaced');
    expect(pictureOf(join(door.backups, 'kept'))).toEqual(now);
    expect(pictureOf(door.data)).toEqual(now);
    expect(lstatSync(join(door.backups, 'kept', 'form.json')).mtime).toEqual(LONG_AGO);
  });

  test('takes the place of the data, which are kept', async () => {
    const { door, now, past } = await placeWithCopy();
    const { replaced } = await switchTo(door, { restore: 'then' });
    expect(pictureOf(door.data)).toEqual(past);
    expect(pictureOf(join(door.backups, String(replaced)))).toEqual(now);
    expect(pictureOf(join(door.backups, 'then'))).toEqual(past);
  });

  test('is the way back for whoever served before, and for nobody else', async () => {
    const { door, now, past } = await placeWithCopy();
    const [before, next] = ['before', 'next'].map(name => door.upstream(name, 1));
    const wayBack = async () => (await door.status()).wayBack;
    await door.ask('switch', { to: before });
    expect(await wayBack()).toBeUndefined();
    const { replaced } = await door.ask('switch', { to: next, ended: true, data: { restore: 'then' } });
    expect(await wayBack()).toEqual({ to: 'next', copy: replaced });
    await door.ask('switch', { to: before, ended: true, data: { restore: replaced } });
    expect(pictureOf(door.data)).toEqual(now);
    expect(pictureOf(join(door.backups, (await wayBack())?.copy ?? ''))).toEqual(past);
    await door.ask('switch', { to: next, ended: true, data: { backup: 'one-way', oneWay: true } });
    expect(await wayBack()).toEqual({ to: 'next', copy: 'one-way' });
    await door.ask('switch', { to: before, ended: true, data: { backup: 'grown', oneWay: false } });
    expect(await wayBack()).toBeUndefined();
  });

  test('that others have taken the place of is the way back also when nobody could serve with those', async () => {
    const { door, now, past } = await placeWithCopy();
    await door.ask('switch', { to: door.upstream('before', 1) });
    const refuses = await appOf(door, 'refuses', { env: { ACTIVATE: '500' } });
    const request = { to: refuses.upstream, ended: true, data: { restore: 'then' } };
    expect((await door.ask('switch', request)).problem).toMatchObject({ code: 'start-failed' });
    expect(pictureOf(door.data)).toEqual(past);
    const { left, wayBack } = await door.status();
    expect({ left, to: wayBack?.to }).toEqual({ left: true, to: 'refuses' });
    await door.ask('switch', { to: door.upstream('before', 1), ended: true, data: { restore: wayBack?.copy } });
    expect(pictureOf(door.data)).toEqual(now);
  });

  test('that is not there is refused before anybody is disturbed', async () => {
    const { door, now } = await placeWithCopy();
    await door.ask('switch', { to: door.upstream('before', 1) });
    const { problem } = await switchTo(door, { restore: 'never' });
    expect(problem).toMatchObject({ code: 'missing-file', message: 'There is no copy never of the data' });
    expect(pictureOf(door.data)).toEqual(now);
    expect(await door.status()).toMatchObject({ holding: false, current: { container: 'before' } });
  });

  test.for(['../elsewhere', '/etc', 'a/b', '.', '..', '.hidden'])('may not be called %s', async name => {
    const { door } = await placeWithCopy();
    expect((await switchTo(door, { backup: name })).problem).toMatchObject({ code: 'usage' });
    expect((await switchTo(door, { restore: name })).problem).toMatchObject({ code: 'usage' });
  });

  test('that cannot be made leaves the release before where it was, and may be asked for again', async () => {
    const { door, now } = await placeWithCopy();
    await door.ask('switch', { to: door.upstream('before', 1) });
    rmSync(door.backups, { recursive: true });
    writeFiles(join(door.backups, '..'), { backups: 'a file is in the way' });
    expect((await switchTo(door, { backup: 'kept' })).problem?.message).toMatch(/EEXIST|ENOTDIR/);
    expect(await door.status()).toMatchObject({ holding: true, left: true, current: { container: 'before' } });
    rmSync(door.backups);
    expect(await switchTo(door, { backup: 'kept' })).toMatchObject({ container: 'one' });
    expect(pictureOf(join(door.backups, 'kept'))).toEqual(now);
  });
});

/** One exchange changes about 150 files, and some of the door's own. */
const EVERY = thorough ? 1 : 11;

describe('a door that is killed while data take the place of others', () => {
  test('finishes it, at whatever change of whatever file', { timeout: 300_000 }, async () => {
    let edge = 0;
    for (let died = true; died; ) {
      edge += EVERY;
      const { door, now, past } = await placeWithCopy(dyingAt(`at ${edge}`));
      const asked = await switchTo(door, { backup: 'kept', restore: 'then' }).catch(() => undefined);
      died = asked === undefined;
      if (died) {
        await door.ended();
        await door.start({ NODE_OPTIONS: '' });
      }
      const { replaced } = asked ?? (await switchTo(door, { backup: 'kept', restore: 'then' }));
      expect(pictureOf(door.data), `at ${edge}`).toEqual(past);
      expect(pictureOf(join(door.backups, 'kept')), `at ${edge}`).toEqual(now);
      expect(pictureOf(join(door.backups, String(replaced))), `at ${edge}`).toEqual(now);
      expect(readdirSync(door.backups).filter(name => name.endsWith('.part'))).toEqual([]);
      await door.kill();
    }
    expect(edge).toBeGreaterThan(100);
  });
});
