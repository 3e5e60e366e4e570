/** A page that is closed at any moment comes back without losing, repeating or re-using anything (e2ee/1, section 11). */
import { expect, test } from 'vitest';
import { newIdentity, random } from '../../../../chat-app/client/crypto/index.ts';
import { type Session, type SessionOptions, startSession } from '../../../../chat-app/client/session/session.ts';
import type { RoomState } from '../../../../chat-app/client/session/state.ts';
import { delivery, enter, idle, isOnline, log, newWorld, sees, texts, until, type World } from './support/people.ts';
import { type MemoryVault, memoryVault } from './support/shelf.ts';
import { type Wire, wireTo } from './support/wire.ts';

interface Page extends Session {
  wire: Wire;
  faults: unknown[];
}

/** Another life of the same browser. */
async function open(world: World, vault: MemoryVault, more: Partial<SessionOptions> = {}): Promise<Page> {
  const wire = wireTo(world.relay);
  const faults: unknown[] = [];
  const session = await startSession({
    roomId: 'harbour',
    name: 'alice',
    secret: world.secret,
    identity: await vault.identity(),
    verified: await vault.verified(),
    shelf: await vault.open('harbour'),
    url: 'ws://relay/ws',
    origin: 'https://chat.example.org',
    transport: wire,
    clock: world.clock,
    random,
    chance: () => 0.5,
    report: error => faults.push(error),
    ...more,
  });
  return { ...session, wire, faults };
}

async function twoPeople() {
  const [world, vault] = [newWorld(), memoryVault()];
  const alice = await open(world, vault);
  await until(alice, isOnline);
  const bob = await enter(world, 'bob');
  await until(alice, sees('bob'));
  return { world, vault, alice, bob };
}

/** The tab is gone, and so is its connection; nothing is said. */
function kill({ wire }: Page): void {
  wire.hold();
  wire.cut(1006);
}

const sent = (text: string) => (state: RoomState) => delivery(state, text) === 'sent';

test('the scrollback is there before the relay has said a word', async () => {
  const { world, vault, alice, bob } = await twoPeople();
  alice.commands.write('one');
  await until(alice, sent('one'));
  bob.commands.write('two');
  const before = await until(alice, state => texts(state).length === 2);
  await idle(alice);
  kill(alice);
  const again = await open(world, vault);
  expect(again.snapshot().items).toEqual(before.items);
  expect(again.snapshot().inside).toBe(true);
});

test('what others wrote meanwhile comes in order, once, in the same session', async () => {
  const { world, vault, alice, bob } = await twoPeople();
  bob.commands.write('before');
  await until(alice, state => texts(state).length === 1);
  await idle(alice);
  kill(alice);
  for (const text of ['while away', 'and more']) bob.commands.write(text);
  await until(bob, sent('and more'));
  const again = await open(world, vault);
  const room = await until(again, state => texts(state).length === 3);
  expect(log(room).slice(-3)).toEqual(['bob: before', 'bob: while away', 'bob: and more']);
  expect(again.wire.sent.map(({ type }) => type)).toEqual(['resume']);
  expect(again.faults).toEqual([]);
});

test('what waited goes out under the id that it had, sealed anew', async () => {
  const { world, vault, alice, bob } = await twoPeople();
  alice.wire.answer = ({ type }) => (type === 'first' ? 'lost' : undefined);
  alice.commands.write('wait for me');
  await until(alice, () => alice.wire.sent.some(({ type }) => type === 'first'));
  await idle(alice);
  kill(alice);
  const again = await open(world, vault);
  await until(again, sent('wait for me'));
  expect(texts(await until(bob, state => texts(state).length > 0))).toEqual(['wait for me']);
  const [lost, resent] = [...alice.wire.sent, ...again.wire.sent].filter(frame => frame.type === 'first');
  if (lost?.type !== 'first' || resent?.type !== 'first') throw new Error('not sent twice');
  const [id, iv] = [lost, resent].map(({ msg }) => [msg.slice(28, 44), msg.slice(44, 56)]);
  expect(id?.[0]).toEqual(iv?.[0]);
  expect(id?.[1]).not.toEqual(iv?.[1]);
  expect(lost.msg.slice(8, 24)).not.toEqual(resent.msg.slice(8, 24));
});

test('a line that the relay has, and whose answer was never heard, is not sent again', async () => {
  const { world, vault, alice, bob } = await twoPeople();
  alice.wire.hold();
  alice.commands.write('heard?');
  await until(bob, state => texts(state).includes('heard?'));
  kill(alice);
  const again = await open(world, vault);
  await until(again, sent('heard?'));
  await idle(again);
  expect(again.wire.sent.map(({ type }) => type)).toEqual(['resume']);
  expect(texts(bob.snapshot())).toEqual(['heard?']);
});

test('nothing leaves the browser before it is stored', async () => {
  const { vault, alice } = await twoPeople();
  const shelf = vault.rooms.get('harbour');
  if (!shelf) throw new Error('nothing is kept');
  Object.defineProperty(shelf, 'desk', {
    set: () => {
      throw new Error('the disk is gone');
    },
    get: () => undefined,
  });
  alice.commands.write('never stored');
  const { halt } = await until(alice, state => state.halt);
  expect(halt?.way).toBe('reload');
  expect(alice.wire.sent.map(({ type }) => type)).toEqual(['join']);
});

test('what is kept for oneself, the draft and the answers given are there again', async () => {
  const [world, vault] = [newWorld(), memoryVault()];
  const alice = await open(world, vault);
  await until(alice, isOnline);
  alice.commands.write('a note to myself');
  alice.commands.draft('half a thou');
  await until(alice, state => delivery(state, 'a note to myself') === 'only-you');
  await idle(alice);
  kill(alice);
  const again = await open(world, vault);
  expect(again.draft).toBe('half a thou');
  await enter(world, 'bob');
  const { question } = await until(again, state => state.question);
  expect(question).toEqual({ kind: 'send-alone', names: ['bob'], texts: ['a note to myself'] });
});

test('a new session that was asked for and never answered does not lock its owner out', async () => {
  const { world, vault, alice } = await twoPeople();
  alice.wire.hold();
  world.clock.pass(24 * 3_600_000 + 1);
  await until(alice, () => alice.wire.sent.filter(({ type }) => type === 'join').length === 2);
  kill(alice);
  const again = await open(world, vault);
  const room = await until(again, isOnline);
  expect(room.ended).toBeUndefined();
});

test('a tab that lost the room stores nothing, and what it wrote stays unsent', async () => {
  const { world, vault, alice, bob } = await twoPeople();
  await vault.open('harbour');
  alice.commands.write('too late');
  await until(alice, ({ ended }) => ended);
  expect(alice.wire.sent.some(({ type }) => type === 'first')).toBe(false);
  const again = await open(world, vault);
  await until(again, isOnline);
  expect(texts(again.snapshot())).toEqual([]);
  expect(texts(bob.snapshot())).toEqual([]);
});

test('who left and comes back finds the scrollback, and a join line', async () => {
  const { world, vault, alice, bob } = await twoPeople();
  bob.commands.write('remember this');
  await until(alice, state => texts(state).length === 1);
  alice.commands.leave();
  await until(alice, ({ ended }) => ended);
  expect(vault.rooms.get('harbour')?.room?.inside).toBe(false);
  const again = await open(world, vault);
  const room = await until(again, isOnline);
  expect(log(room)).toContain('bob: remember this');
  expect(log(room).at(-1)).toBe('-- You joined');
});

test('a forgotten room is gone: lines, draft, pins, keys', async () => {
  const { vault, alice } = await twoPeople();
  alice.commands.write('not for long');
  await until(alice, sent('not for long'));
  alice.commands.forget();
  await until(alice, ({ ended }) => ended === 'left');
  expect(vault.rooms.has('harbour')).toBe(false);
  expect(alice.wire.sent.at(-1)?.type).toBe('leave');
});

test('under another name it is a new session of the same person', async () => {
  const { world, vault, alice, bob } = await twoPeople();
  await idle(alice);
  kill(alice);
  const again = await open(world, vault, { name: 'anna' });
  await until(bob, sees('anna'));
  expect((await until(again, isOnline)).name).toBe('anna');
});

test('kept by another version: joins anew as the same person', async () => {
  const { world, vault, alice, bob } = await twoPeople();
  const [before] = bob.snapshot().people;
  await idle(alice);
  kill(alice);
  const parts = vault.rooms.get('harbour');
  if (parts?.frozen) parts.frozen.state = new TextEncoder().encode('{"version":0}');
  const again = await open(world, vault);
  await until(again, isOnline);
  await until(bob, ({ people }) => people[0] && people[0].sid !== before?.sid);
  expect(bob.snapshot().people).toMatchObject([{ name: 'alice', identity: before?.identity }]);
});

test('somebody else in this browser profile is not taken for the one before', async () => {
  const identity = await newIdentity();
  const { world, vault } = await twoPeople();
  const other = await open(world, vault, { identity, name: 'dora' });
  await until(other, isOnline);
  expect(other.faults).toEqual([]);
});
