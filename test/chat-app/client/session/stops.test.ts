/** What closes the way in, or the composer, and how it goes on (e2ee/1, section 13). */
import { describe, expect, test } from 'vitest';
import type { Transport } from '../../../../chat-app/client/session/transport.ts';
import { encodeRelayFrame, type RelayFrame } from '../../../../chat-app/protocol/frames.ts';
import { delivery, enter, idle, isOnline, log, newWorld, person, sees, texts, until } from './support/people.ts';
import { newShelf } from './support/shelf.ts';

type No = Extract<RelayFrame, { type: 'no' }>;
const no = (code: No['code'], more: Partial<No> = {}): No => ({ type: 'no', code, ...more });

describe('a first join that is refused', () => {
  test.each([no('name-taken'), no('full', { limit: 50 }), no('door'), no('proof'), no('clock'), no('bundle-rollback')])(
    '$code leads back to the form',
    async refusal => {
      const alice = await person(newWorld(), 'alice');
      alice.wire.answer = () => refusal;
      const state = await until(alice, ({ refusal: given }) => given);
      const { type: _, ...said } = refusal;
      expect(state).toMatchObject({ inside: false, refusal: said });
    },
  );

  test('a clock that is off is measured against the relay’s', async () => {
    const world = newWorld();
    world.relay.now = () => world.clock.now() + 12 * 60_000;
    const alice = await person(world, 'alice');
    alice.wire.answer = () => no('clock');
    const { refusal } = await until(alice, state => state.refusal);
    expect(refusal).toEqual({ code: 'clock', clockOffMs: -12 * 60_000 });
  });

  test('slow down: joins later with the same bytes', async () => {
    const world = newWorld();
    const alice = await person(world, 'alice');
    let asked = 0;
    alice.wire.answer = () => (asked++ === 0 ? no('slow-down', { retryMs: 2000 }) : undefined);
    await until(alice, () => asked === 1);
    await idle(alice);
    world.clock.pass(2000);
    await until(alice, isOnline);
    const [first, again] = alice.wire.sent;
    expect(again).toEqual(first);
  });

  test('unavailable: tries again by itself', async () => {
    const world = newWorld();
    const alice = await person(world, 'alice');
    let asked = 0;
    alice.wire.answer = () => (asked++ === 0 ? no('unavailable') : undefined);
    await until(alice, ({ connection }) => connection.kind === 'offline');
    world.clock.pass(1000);
    await until(alice, isOnline);
  });
});

test('a relay of another suite: stops before anything is sent', async () => {
  const world = newWorld();
  const alice = await person(world, 'alice', { transport: otherSuite });
  const { refusal } = await until(alice, state => state.refusal);
  expect(refusal).toMatchObject({ code: 'suite' });
  expect(alice).toMatchObject({ faults: [] });
  expect(alice.snapshot().halt).toBeUndefined();
});

const limits = { members: 50, text: 4062, frame: 65_536, awayMs: 86_400_000 };
const otherSuite: Transport = {
  open: (_, listener) => {
    const hello = encodeRelayFrame({ type: 'hello', suites: [2], challenge: new Uint8Array(32), time: 0, limits });
    queueMicrotask(() => listener.frame(hello));
    return { send: () => expect.unreachable('nothing is to be sent'), close: () => undefined };
  },
};

test('an old session that gets no seat again: says why, and tries again when told', async () => {
  const world = newWorld();
  const alice = await enter(world, 'alice');
  alice.wire.answer = ({ type }) => (type === 'resume' ? no('removed') : type === 'join' ? no('full') : undefined);
  alice.wire.cut(1006);
  await until(alice, ({ connection }) => connection.kind === 'offline');
  world.clock.pass(1000);
  expect(await until(alice, ({ halt }) => halt)).toMatchObject({ halt: { code: 'full', way: 'try-again' } });
  alice.wire.answer = () => undefined;
  alice.commands.tryNow();
  await until(alice, state => isOnline(state) && !state.halt);
});

describe('another key under the name of somebody who was verified', () => {
  async function impostor() {
    const world = newWorld();
    const verified = new Map();
    const alice = await enter(world, 'alice', { verified });
    const bob = await enter(world, 'bob');
    const [real] = (await until(alice, sees('bob'))).people;
    verified.set(real?.identity, { name: 'bob', at: 1 });
    bob.commands.leave();
    await until(alice, sees());
    alice.commands.answer('yes');
    return { world, alice, other: await enter(world, 'bob') };
  }

  test('sending stops', async () => {
    const { alice } = await impostor();
    const room = await until(alice, ({ halt }) => halt);
    expect(room).toMatchObject({ halt: { code: 'verified-key-changed', name: 'bob', way: 'accept' } });
    expect(room.people).toMatchObject([{ name: 'bob', trust: 'key changed' }]);
    alice.commands.write('secret');
    await idle(alice);
    expect(alice.wire.sent.some(({ type }) => type === 'first')).toBe(false);
  });

  test('what they write is marked', async () => {
    const { alice, other } = await impostor();
    await until(other, sees('alice'));
    other.commands.write('it is me');
    const { items } = await until(alice, state => texts(state).includes('it is me'));
    expect(items.at(-1)).toMatchObject({ doubtful: true });
  });

  test('/accept takes the key that is shown, and what waited goes out', async () => {
    const { alice, other } = await impostor();
    await until(alice, ({ halt }) => halt);
    alice.commands.write('welcome back');
    alice.commands.write('/accept bob');
    expect(texts(await until(other, state => texts(state).length > 0))).toEqual(['welcome back']);
    expect(alice.snapshot().halt).toBeUndefined();
  });

  test('a key that came after the look at the screen is not accepted', async () => {
    const { world, alice, other } = await impostor();
    await until(alice, ({ halt }) => halt);
    alice.wire.hold();
    other.commands.leave();
    await until(other, ({ ended }) => ended);
    await until(await person(world, 'bob'), isOnline);
    alice.wire.release();
    alice.commands.accept('bob');
    const room = await until(alice, state => log(state).some(text => text.includes('another key by now')));
    expect(room).toMatchObject({ halt: { code: 'verified-key-changed' } });
  });

  test('/accept of a name whose key waits for nothing does nothing', async () => {
    const world = newWorld();
    const alice = await enter(world, 'alice');
    alice.commands.write('/accept bob');
    await until(alice, state => log(state).includes('-- No key of bob waits to be accepted'));
  });
});

test('a history that was changed: stops, and goes on as a first joiner when told', async () => {
  const world = newWorld();
  const alice = await enter(world, 'alice');
  const bob = await enter(world, 'bob');
  await until(alice, sees('bob'));
  alice.wire.say({ type: 'synced', seq: 812 });
  const room = await until(alice, ({ halt }) => halt);
  expect(room).toMatchObject({ halt: { code: 'log-gap', way: 'start-over' }, banners: [{ key: 'stopped' }] });
  expect(room.banners[0]?.title).toBe('The relay has changed the history at line 812.');
  alice.commands.startOver();
  const again = await until(alice, state => isOnline(state) && !state.halt);
  expect(again).toMatchObject({ banners: [] });
  alice.commands.write('here again');
  await until(bob, state => texts(state).includes('here again'));
});

test('another history in a line: asks once, and sends nothing until it is answered', async () => {
  const world = newWorld();
  const alice = await enter(world, 'alice');
  const bob = await enter(world, 'bob');
  await until(alice, sees('bob'));
  // The relay shows bob an entry that nobody else has.
  bob.wire.say({ type: 'msg', seq: world.relay.seq + 1, msg: new Uint8Array(200) });
  bob.commands.write('did you read that?');
  const { question, banners } = await until(alice, state => state.question);
  expect(question).toEqual({ kind: 'fork', name: 'bob' });
  expect(banners).toMatchObject([{ code: 'fork' }]);
  alice.commands.write('read what?');
  await idle(alice);
  expect(alice.wire.sent.some(({ type }) => type === 'first')).toBe(false);
  alice.commands.answer('yes');
  await until(alice, state => delivery(state, 'read what?') === 'sent');
});

test('a relay that talks nonsense is left, and asked again later', async () => {
  const world = newWorld();
  const alice = await enter(world, 'alice');
  alice.wire.nonsense();
  await until(alice, ({ connection }) => connection.kind === 'offline');
  world.clock.pass(1000);
  await until(alice, isOnline);
});

test('a relay that never says hello is left after a while', async () => {
  const world = newWorld();
  const alice = await enter(world, 'alice');
  alice.wire.mute = true;
  alice.wire.cut(1006);
  await until(alice, ({ connection }) => connection.kind === 'offline');
  world.clock.pass(1000);
  await idle(alice);
  alice.wire.mute = false;
  world.clock.pass(15_000);
  await until(alice, isOnline);
});

test('a store that fails stops the session and is reported', async () => {
  const world = newWorld();
  const alice = await person(world, 'alice', {
    shelf: { ...(await newShelf()), keep: () => Promise.reject(new Error('disk full')) },
  });
  const { halt } = await until(alice, state => state.halt);
  expect(halt).toMatchObject({ title: 'Something went wrong in this page', way: 'reload' });
  expect(alice.faults).toEqual([new Error('disk full')]);
});
