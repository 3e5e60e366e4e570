import { expect, test } from 'vitest';
import { delivery, enter, idle, isOnline, log, newWorld, sees, texts, until } from './support/people.ts';
import { newShelf } from './support/shelf.ts';

const sent = (text: string) => (state: Parameters<typeof delivery>[0]) => delivery(state, text) === 'sent';

test('two people talk: each sees who is there, both see both lines once', async () => {
  const world = newWorld();
  const alice = await enter(world, 'alice');
  const bob = await enter(world, 'bob');
  await until(alice, sees('bob'));
  bob.commands.write('hello from bob');
  await until(alice, state => texts(state).includes('hello from bob'));
  alice.commands.write('hello from alice');
  const room = await until(bob, state => texts(state).includes('hello from alice'));
  expect(log(room)).toEqual(['-- You joined', 'bob: hello from bob (sent)', 'alice: hello from alice']);
  const hers = await until(alice, sent('hello from alice'));
  expect(log(hers)).toEqual([
    '-- You opened this room',
    '-- bob joined',
    'bob: hello from bob',
    'alice: hello from alice (sent)',
  ]);
});

test('who comes late reads what follows, and hears how much was before', async () => {
  const world = newWorld();
  const [alice, bob] = [await enter(world, 'alice'), await enter(world, 'bob')];
  await until(alice, sees('bob'));
  alice.commands.write('one');
  alice.commands.write('two');
  await until(bob, state => texts(state).length === 2);
  const chen = await enter(world, 'chen');
  await until(alice, sees('bob', 'chen'));
  alice.commands.write('three');
  const room = await until(chen, state => texts(state).length > 0);
  expect(log(room)).toEqual([
    '-- 2 earlier messages were sealed for the people then present',
    '-- You joined',
    'alice: three',
  ]);
});

test('lines that are written without a connection go out in order, once, under the id they had', async () => {
  const world = newWorld();
  const [alice, bob] = [await enter(world, 'alice'), await enter(world, 'bob')];
  await until(alice, sees('bob'));
  alice.wire.down = true;
  alice.wire.cut(1006);
  await until(alice, ({ connection }) => connection.kind === 'offline');
  for (const text of ['one', 'two', 'three']) alice.commands.write(text);
  expect(log(await until(alice, state => texts(state).length === 3)).slice(-3)).toEqual([
    'alice: one (queued)',
    'alice: two (queued)',
    'alice: three (queued)',
  ]);
  alice.wire.down = false;
  world.clock.pass(30_000);
  await until(alice, sent('three'));
  expect(texts(await until(bob, state => texts(state).length === 3))).toEqual(['one', 'two', 'three']);
});

test('an answer that is lost: the same bytes go again, and nothing is shown twice', async () => {
  const world = newWorld();
  const [alice, bob] = [await enter(world, 'alice'), await enter(world, 'bob')];
  await until(alice, sees('bob'));
  let lost = 0;
  alice.wire.answer = ({ type }) => (type === 'first' && lost++ === 0 ? 'lost' : undefined);
  alice.commands.write('once');
  await until(alice, () => lost === 1);
  alice.wire.cut(1006);
  await until(alice, ({ connection }) => connection.kind === 'offline');
  world.clock.pass(1000);
  await until(alice, sent('once'));
  const [first, again] = alice.wire.sent.filter(({ type }) => type === 'first');
  expect(again).toEqual(first);
  expect(texts(await until(bob, state => texts(state).length > 0))).toEqual(['once']);
});

test('what was sealed before somebody came is never sent again', async () => {
  const world = newWorld();
  const [alice] = [await enter(world, 'alice'), await enter(world, 'bob')];
  await until(alice, sees('bob'));
  let lost = 0;
  alice.wire.answer = ({ type }) => (type === 'first' && lost++ === 0 ? 'lost' : undefined);
  alice.commands.write('for everybody');
  await until(alice, () => lost === 1);
  alice.wire.cut(1006);
  const chen = await enter(world, 'chen');
  await until(alice, ({ connection }) => connection.kind === 'offline');
  world.clock.pass(1000);
  expect(texts(await until(chen, state => texts(state).length > 0))).toEqual(['for everybody']);
  const [first, ...again] = alice.wire.sent.filter(({ type }) => type === 'first');
  expect(again).toHaveLength(1);
  expect(again[0]).not.toEqual(first);
});

test('an answer that never comes, on a connection that does not break', async () => {
  const world = newWorld();
  const [alice, bob] = [await enter(world, 'alice'), await enter(world, 'bob')];
  await until(alice, sees('bob'));
  let lost = 0;
  alice.wire.answer = ({ type }) => (type === 'first' && lost++ === 0 ? 'lost' : undefined);
  alice.commands.write('hello?');
  await until(alice, () => lost === 1);
  await idle(alice);
  world.clock.pass(15_000);
  await until(alice, sent('hello?'));
  expect(texts(await until(bob, state => texts(state).length > 0))).toEqual(['hello?']);
});

test('a line that the relay has already counts as sent', async () => {
  const world = newWorld();
  const [alice] = [await enter(world, 'alice'), await enter(world, 'bob')];
  await until(alice, sees('bob'));
  alice.wire.answer = frame =>
    frame.type === 'first' ? { type: 'no', code: 'duplicate', id: frame.msg.slice(28, 44), seq: 2 } : undefined;
  alice.commands.write('again');
  await until(alice, sent('again'));
});

test('a day later everybody has a new session, and the talk goes on without a word about it', async () => {
  const world = newWorld();
  const [alice, bob] = [await enter(world, 'alice'), await enter(world, 'bob')];
  const [before] = (await until(alice, sees('bob'))).people;
  world.clock.pass(24 * 3_600_000);
  await until(alice, ({ people }) => people.length === 1 && people[0]?.sid !== before?.sid);
  await until(alice, isOnline);
  alice.commands.write('good morning');
  expect(log(await until(bob, state => texts(state).length > 0))).toEqual(['-- You joined', 'alice: good morning']);
  expect(alice.snapshot()).toMatchObject({ ended: undefined, question: undefined, halt: undefined });
});

test('a line that crosses a join is sealed anew for everybody, under the same id', async () => {
  const world = newWorld();
  const [alice, bob] = [await enter(world, 'alice'), await enter(world, 'bob')];
  await until(alice, sees('bob'));
  alice.commands.write('before');
  await until(alice, sent('before'));
  let held = 0;
  alice.wire.answer = frame => {
    if (frame.type !== 'msg' || held++ > 0) return undefined;
    return { type: 'no', code: 'stale-roster', id: frame.msg.slice(28, 44), seq: world.relay.seq + 1 };
  };
  alice.commands.write('crossing');
  await until(alice, () => held === 1);
  const chen = await enter(world, 'chen');
  await until(alice, sent('crossing'));
  expect(texts(await until(chen, state => texts(state).length > 0))).toEqual(['crossing']);
  expect(texts(await until(bob, state => texts(state).length === 2))).toEqual(['before', 'crossing']);
});

test('a stale line whose entry never comes: resumes after five seconds', async () => {
  const world = newWorld();
  const [alice] = [await enter(world, 'alice'), await enter(world, 'bob')];
  await until(alice, sees('bob'));
  let refused = 0;
  alice.wire.answer = frame => {
    if (frame.type !== 'first' || refused++ > 0) return undefined;
    return { type: 'no', code: 'stale-roster', id: frame.msg.slice(28, 44), seq: 99 };
  };
  alice.commands.write('patience');
  await until(alice, () => refused === 1);
  await idle(alice);
  world.clock.pass(5000);
  await until(alice, sent('patience'));
  expect(alice.wire.sent.filter(({ type }) => type === 'resume')).toHaveLength(1);
});

test('slow down: says for how long, then sends the same bytes', async () => {
  const world = newWorld();
  const [alice] = [await enter(world, 'alice'), await enter(world, 'bob')];
  await until(alice, sees('bob'));
  let refused = 0;
  alice.wire.answer = frame => {
    if (frame.type !== 'first' || refused++ > 0) return undefined;
    return { type: 'no', code: 'slow-down', id: frame.msg.slice(28, 44), retryMs: 3000 };
  };
  alice.commands.write('slowly');
  const { items } = await until(alice, state => delivery(state, 'slowly') === 'waiting');
  expect(items.at(-1)).toMatchObject({ delivery: { state: 'waiting', until: world.clock.now() + 3000 } });
  world.clock.pass(3000);
  await until(alice, sent('slowly'));
  const [first, again] = alice.wire.sent.filter(({ type }) => type === 'first');
  expect(again).toEqual(first);
});

test('the relay restarts: everybody is soon back, without a new session', async () => {
  const world = newWorld();
  const [alice, bob] = [await enter(world, 'alice'), await enter(world, 'bob')];
  await until(alice, sees('bob'));
  for (const each of [alice, bob]) each.wire.cut(1012);
  const { connection } = await until(alice, state => state.connection.kind === 'offline');
  expect(connection).toMatchObject({ retryAt: world.clock.now() + 500 });
  world.clock.pass(500);
  await Promise.all([until(alice, isOnline), until(bob, isOnline)]);
  expect(world.relay.log.map(({ type }) => type)).toEqual(['join', 'join']);
});

test('taken over by another connection: over here', async () => {
  const world = newWorld();
  const alice = await enter(world, 'alice');
  alice.wire.cut(4001);
  expect(await until(alice, ({ ended }) => ended)).toMatchObject({ ended: 'taken-over' });
});

test('removed for being away too long: joins again by itself, and what waited goes out', async () => {
  const world = newWorld();
  const [alice, bob] = [await enter(world, 'alice'), await enter(world, 'bob')];
  await until(alice, sees('bob'));
  alice.wire.down = true;
  alice.wire.cut(1006);
  await world.relay.remove('alice', 2);
  await until(bob, sees());
  bob.commands.answer('yes');
  alice.commands.write('still here');
  await until(alice, state => texts(state).length === 1);
  alice.wire.down = false;
  world.clock.pass(30_000);
  await until(alice, sent('still here'));
  expect(log(await until(bob, state => texts(state).length > 0))).toEqual([
    '-- You joined',
    '-- alice was away too long and is no longer in the room',
    '-- alice joined',
    'alice: still here',
  ]);
});

test('the same person in another place: ends here, and does not fight for the seat', async () => {
  const world = newWorld();
  const { identity, ...here } = await withIdentity(world, 'alice');
  await enter(world, 'alice', { identity, shelf: await newShelf(here.alice.kept()) });
  expect(await until(here.alice, ({ ended }) => ended)).toMatchObject({ ended: 'taken-over' });
});

async function withIdentity(world: ReturnType<typeof newWorld>, name: string) {
  const { newIdentity } = await import('../../../../chat-app/client/crypto/index.ts');
  const identity = await newIdentity();
  return { identity, alice: await enter(world, name, { identity }) };
}
