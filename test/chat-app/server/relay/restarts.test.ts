import { expect, test } from 'vitest';
import type { Guest } from '../support/guest.ts';
import { again, guest, random } from '../support/guest.ts';
import { guests } from '../support/guests.ts';
import { person } from '../support/person.ts';
import { running } from '../support/relay.ts';

const HOUR = 3600_000;

test('a restart in the middle of a talk: nothing lost, nothing twice, no new join', async () => {
  const before = await running();
  const [alice, bob] = [await person(before.socketUrl, 'alice'), await person(before.socketUrl, 'bob')];
  await alice.until(({ type }) => type === 'joined');
  await alice.say('one');
  await bob.say('two');
  await before.stop();
  expect(await Promise.all([alice, bob].map(({ wire }) => wire.closed))).toEqual([1012, 1012]);
  const after = await running({ dataDir: before.dataDir });
  await alice.connect(after.socketUrl);
  await bob.connect(after.socketUrl);
  await alice.say('three');
  await bob.until(event => event.type === 'line' && event.seq === 5);
  await bob.say('four');
  await alice.until(event => event.type === 'line' && event.seq === 6);
  const all = [alice, bob].flatMap(({ events }) => events.map(({ type }) => type));
  expect(all.filter(type => ['stopped', 'fork', 'missing', 'unreadable', 'left'].includes(type))).toEqual([]);
});

test('everybody is away after a restart, and leaves when the away time is over from then on', async () => {
  const before = await running({ awayMs: HOUR });
  const [alice, bob] = (await guests(before.socketUrl, ['alice', 'bob'])) as [Guest, Guest];
  await bob.wire.close();
  await before.clock.pass(HOUR - 60_000);
  await before.stop();
  const after = await running({ dataDir: before.dataDir, awayMs: HOUR, aheadMs: 2 * HOUR });
  const back = await again(after.socketUrl, alice);
  expect(await back.resume(2)).toEqual([
    { type: 'here', sid: bob.sid, state: 'away' },
    { type: 'synced', seq: 2 },
  ]);
  await after.clock.pass(HOUR - 60_000);
  expect(await back.wire.rest()).toEqual([]);
  await after.clock.pass(2 * 60_000);
  expect(await back.wire.next()).toMatchObject({ type: 'leave', reason: 2, seq: 3 });
});

test('door, newest bundle, ids of lines and departed sessions outlive a restart; chains do not', async () => {
  const secret = random(32);
  const before = await running();
  const [alice, bob] = (await guests(before.socketUrl, ['alice', 'bob'], { secret })) as [Guest, Guest];
  const frame = alice.first([bob]);
  alice.wire.say(frame);
  await alice.wire.hears('msg');
  bob.wire.say({ type: 'leave' });
  await bob.wire.upTo('leave');
  await before.stop();

  const { socketUrl } = await running({ dataDir: before.dataDir });
  const eve = await guest(socketUrl, 'eve', { secret: random(32) });
  eve.wire.say(await eve.joinFrame());
  expect(await eve.wire.next()).toEqual({ type: 'no', code: 'door' });
  const gone = await again(socketUrl, bob);
  expect((await gone.resume(2)).map(({ type }) => type)).toEqual(['key', 'msg', 'leave', 'here', 'synced']);
  gone.wire.say(await gone.joinFrame());
  expect(await gone.wire.next()).toEqual({ type: 'no', code: 'bundle-rollback' });
  const back = await again(socketUrl, alice);
  await back.resume(3);
  back.wire.say({ type: 'msg', msg: frame.msg });
  expect(await back.wire.next()).toMatchObject({ code: 'duplicate', seq: 3 });
  back.wire.say({ type: 'msg', msg: back.msg() });
  expect(await back.wire.next()).toMatchObject({ code: 'stale-roster', seq: 4 });
});

test('what was said before the stop is on the disk and told before the goodbye', async () => {
  const disk = { wait: Promise.resolve(), asked: () => {} };
  const before = await running({
    store: store => ({
      ...store,
      write: async batch => {
        disk.asked();
        await disk.wait;
        await store.write(batch);
      },
    }),
  });
  const [alice] = (await guests(before.socketUrl, ['alice'])) as [Guest];
  const busy = Promise.withResolvers<void>();
  const asked = new Promise<void>(resolve => Object.assign(disk, { wait: busy.promise, asked: resolve }));
  const plain = alice.plain('last words');
  alice.wire.say({ type: 'plain', plain });
  await asked;
  const stopped = before.stop();
  busy.resolve();
  expect(await alice.wire.next()).toEqual({ type: 'plain', plain, seq: 2 });
  expect(await alice.wire.closed).toBe(1012);
  await stopped;
  const after = await running({ dataDir: before.dataDir });
  expect(await (await again(after.socketUrl, alice)).resume(1)).toMatchObject([{ type: 'plain', plain, seq: 2 }, {}]);
});
