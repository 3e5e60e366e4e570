/** Edits, deletions, answers, reactions and typing, between two sessions. */
import { describe, expect, test } from 'vitest';
import type { Line, RoomState } from '../../../../chat-app/client/session/state.ts';
import { delivery, enter, idle, log, newWorld, type Person, sees, texts, until } from './support/people.ts';

async function aliceAndBob() {
  const world = newWorld();
  const [alice, bob] = [await enter(world, 'alice'), await enter(world, 'bob')];
  await until(alice, sees('bob'));
  return { world, alice, bob };
}

const line = ({ snapshot }: Person, text: string): Line => {
  const found = snapshot().items.find(item => item.text === text);
  if (found?.kind !== 'line') throw new Error(`no line says ${text}`);
  return found;
};

async function said(text: string) {
  const room = await aliceAndBob();
  room.alice.commands.write(text);
  await until(room.bob, state => texts(state).includes(text));
  await until(room.alice, state => delivery(state, text) === 'sent');
  return room;
}

test('an edit takes the place of the text, on both sides, and says so', async () => {
  const { alice, bob } = await said('at nine');
  alice.commands.write('at ten', { kind: 'edit', key: line(alice, 'at nine').key });
  await until(bob, state => texts(state).includes('at ten'));
  const hers = await until(alice, state => delivery(state, 'at ten') === 'sent');
  expect(log(hers).at(-1)).toBe('alice: at ten (sent)');
  expect(line(bob, 'at ten')).toMatchObject({ edited: true });
  expect(texts(bob.snapshot())).toHaveLength(1);
});

test('nobody changes a line of somebody else', async () => {
  const { alice, bob } = await said('mine');
  bob.commands.write('yours', { kind: 'edit', key: line(bob, 'mine').key });
  bob.commands.remove(line(bob, 'mine').key);
  bob.commands.write('done');
  await until(alice, state => texts(state).includes('done'));
  expect(texts(alice.snapshot())).toEqual(['mine', 'done']);
  expect(bob.wire.sent.filter(({ type }) => type === 'msg' || type === 'first')).toHaveLength(1);
});

test('a deletion leaves a mark and no text', async () => {
  const { alice, bob } = await said('oops');
  alice.commands.remove(line(alice, 'oops').key);
  const his = await until(bob, ({ items }) => items.some(item => item.kind === 'line' && item.deleted));
  expect(texts(his)).toEqual(['']);
});

test('an answer shows what it answers, and a reaction who said it', async () => {
  const { alice, bob } = await said('who comes?');
  bob.commands.write('I do', { kind: 'reply', key: line(bob, 'who comes?').key });
  bob.commands.react(line(bob, 'who comes?').key, '👍');
  const reacted = ({ items }: RoomState) => items.some(item => item.kind === 'line' && item.reactions);
  await until(alice, state => texts(state).includes('I do') && reacted(state));
  expect(line(alice, 'I do').reply).toEqual({ name: 'alice', text: 'who comes?' });
  expect(line(alice, 'who comes?').reactions).toEqual([{ emoji: '👍', names: ['bob'] }]);
  expect(line(bob, 'who comes?').reactions).toEqual([{ emoji: '👍', names: ['bob'] }]);
});

describe('alone', () => {
  test('a line that never left is changed and removed here', async () => {
    const alice = await enter(newWorld(), 'alice');
    alice.commands.write('a note');
    alice.commands.write('another');
    await until(alice, state => delivery(state, 'another') === 'only-you');
    alice.commands.write('a better note', { kind: 'edit', key: line(alice, 'a note').key });
    alice.commands.remove(line(alice, 'another').key);
    const room = await until(alice, state => texts(state).length === 1);
    expect(log(room).at(-1)).toBe('alice: a better note (only-you)');
    expect(alice.wire.sent.map(({ type }) => type)).toEqual(['join']);
  });

  test('a line that others have read stays, and the person is told', async () => {
    const { world, alice } = await said('read by bob');
    await world.relay.remove('bob');
    await until(alice, sees());
    alice.commands.answer('yes');
    alice.commands.write('unread', { kind: 'edit', key: line(alice, 'read by bob').key });
    const room = await until(alice, ({ items }) => items.at(-1)?.text.startsWith('You are alone'));
    expect(log(room).at(-1)).toBe('-- You are alone: nobody would learn of the change');
    expect(texts(room)).toEqual(['read by bob']);
  });
});

test('typing is shown until a line comes, or for a moment; and is not said too often', async () => {
  const { world, alice, bob } = await said('hello');
  const typing = ({ typing: all }: RoomState) => all.map(({ name }) => name).join();
  for (let key = 0; key < 5; key++) alice.commands.typing();
  await until(bob, state => typing(state) === 'alice');
  expect(alice.wire.sent.filter(({ type }) => type === 'eph')).toHaveLength(1);
  alice.commands.write('there');
  await until(bob, state => texts(state).includes('there') && typing(state) === '');
  world.clock.pass(3000);
  alice.commands.typing();
  await until(bob, state => typing(state) === 'alice');
  world.clock.pass(6000);
  await until(bob, state => typing(state) === '');
});

test('typing says nothing before the first line, nor alone', async () => {
  const { alice } = await aliceAndBob();
  alice.commands.typing();
  await idle(alice);
  expect(alice.wire.sent.some(({ type }) => type === 'eph')).toBe(false);
  expect(alice.snapshot().halt).toBeUndefined();
});

test('/help lists what works', async () => {
  const alice = await enter(newWorld(), 'alice');
  alice.commands.write('/help');
  const room = await until(alice, ({ items }) => items.some(({ text }) => text.startsWith('Commands')));
  for (const word of ['/plain', '/accept', '/leave', 'Up', 'Escape']) expect(log(room).at(-1)).toContain(word);
});
