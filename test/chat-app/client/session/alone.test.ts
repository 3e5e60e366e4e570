/** What is written alone stays here until somebody comes and the person says yes (e2ee/1, section 10). */
import { describe, expect, test } from 'vitest';
import { delivery, enter, idle, log, newWorld, sees, texts, until } from './support/people.ts';

const kept = (text: string) => (state: Parameters<typeof delivery>[0]) => delivery(state, text) === 'only-you';

async function aloneWith(...lines: string[]) {
  const world = newWorld();
  const alice = await enter(world, 'alice');
  for (const line of lines) alice.commands.write(line);
  await until(alice, state => lines.every(line => kept(line)(state)));
  return { world, alice };
}

test('alone, no line leaves this browser', async () => {
  const { alice } = await aloneWith('one', 'two');
  expect(alice.wire.sent.map(({ type }) => type)).toEqual(['join']);
});

describe('somebody comes', () => {
  test('asks, and sends in order after yes', async () => {
    const { world, alice } = await aloneWith('one', 'two');
    const bob = await enter(world, 'bob');
    const { question } = await until(alice, state => state.question);
    expect(question).toEqual({ kind: 'send-alone', names: ['bob'], texts: ['one', 'two'] });
    alice.commands.answer('yes');
    expect(texts(await until(bob, state => texts(state).length === 2))).toEqual(['one', 'two']);
    expect(await until(alice, state => delivery(state, 'two') === 'sent')).toMatchObject({ question: undefined });
  });

  test('after no they stay, also when the next one comes', async () => {
    const { world, alice } = await aloneWith('one');
    await enter(world, 'bob');
    await until(alice, state => state.question);
    alice.commands.answer('no');
    await until(alice, state => !state.question);
    await enter(world, 'chen');
    const room = await until(alice, sees('bob', 'chen'));
    expect(room).toMatchObject({ question: undefined });
    expect(log(room)).toContain('alice: one (only-you)');
    expect(alice.wire.sent.map(({ type }) => type)).toEqual(['join']);
  });

  test('a yes is for the people that the question named', async () => {
    const { world, alice } = await aloneWith('one');
    const bob = await enter(world, 'bob');
    await until(alice, state => state.question);
    alice.wire.hold();
    const eve = await enter(world, 'eve');
    alice.wire.release();
    alice.commands.answer('yes');
    const { question } = await until(alice, sees('bob', 'eve'));
    expect(question).toEqual({ kind: 'send-alone', names: ['bob', 'eve'], texts: ['one'] });
    await idle(alice);
    expect(alice.wire.sent.map(({ type }) => type)).toEqual(['join']);
    alice.commands.answer('yes');
    await Promise.all([bob, eve].map(each => until(each, state => texts(state).includes('one'))));
  });

  test('they are not sent to somebody who has gone again', async () => {
    const { world, alice } = await aloneWith('one');
    await enter(world, 'bob');
    await until(alice, state => state.question);
    await world.relay.remove('bob');
    expect(await until(alice, sees())).toMatchObject({ question: { kind: 'left-alone' } });
    alice.commands.answer('yes');
    await until(alice, state => !state.question);
    expect(alice.wire.sent.map(({ type }) => type)).toEqual(['join']);
  });
});

test('when the others leave, the person is asked, and then writes for nobody', async () => {
  const world = newWorld();
  const alice = await enter(world, 'alice');
  const bob = await enter(world, 'bob');
  await until(alice, sees('bob'));
  bob.commands.leave();
  const { question } = await until(alice, state => state.question);
  expect(question).toEqual({ kind: 'left-alone' });
  alice.commands.answer('yes');
  alice.commands.write('to myself');
  await until(alice, kept('to myself'));
});

test('a line that waits for the connection is kept when everybody has left meanwhile', async () => {
  const world = newWorld();
  const alice = await enter(world, 'alice');
  await enter(world, 'bob');
  await until(alice, sees('bob'));
  alice.wire.down = true;
  alice.wire.cut(1006);
  alice.commands.write('for bob');
  await until(alice, state => delivery(state, 'for bob') === 'queued');
  await world.relay.remove('bob');
  alice.wire.down = false;
  world.clock.pass(30_000);
  await until(alice, kept('for bob'));
});

test('a line that waited over a minute asks before it goes to people who were not there', async () => {
  const world = newWorld();
  const alice = await enter(world, 'alice');
  const bob = await enter(world, 'bob');
  await until(alice, sees('bob'));
  alice.wire.down = true;
  alice.wire.cut(1006);
  alice.commands.write('for bob');
  await until(alice, state => delivery(state, 'for bob') === 'queued');
  const chen = await enter(world, 'chen');
  world.clock.pass(61_000);
  alice.wire.down = false;
  world.clock.pass(30_000);
  const { question } = await until(alice, state => state.question);
  expect(question).toEqual({ kind: 'send-late', names: ['chen'], texts: ['for bob'] });
  alice.commands.answer('yes');
  await Promise.all([bob, chen].map(each => until(each, state => texts(state).includes('for bob'))));
});

test('after no it is discarded', async () => {
  const world = newWorld();
  const alice = await enter(world, 'alice');
  await enter(world, 'bob');
  await until(alice, sees('bob'));
  alice.wire.down = true;
  alice.wire.cut(1006);
  alice.commands.write('for bob');
  await enter(world, 'chen');
  world.clock.pass(61_000);
  alice.wire.down = false;
  world.clock.pass(30_000);
  await until(alice, state => state.question);
  alice.commands.answer('no');
  const room = await until(alice, state => !state.question);
  expect(texts(room)).toEqual([]);
  expect(alice.wire.sent.some(({ type }) => type === 'first')).toBe(false);
});

describe('plain mode', () => {
  test('asks first, and marks every line', async () => {
    const world = newWorld();
    const alice = await enter(world, 'alice');
    alice.commands.write('/plain on');
    expect(await until(alice, state => state.question)).toMatchObject({ question: { kind: 'plain-on' }, plain: false });
    alice.commands.answer('yes');
    expect((await until(alice, state => state.plain)).banners).toHaveLength(1);
    alice.commands.write('in the open');
    const room = await until(alice, state => delivery(state, 'in the open') === 'sent');
    expect(log(room)).toContain('alice: in the open [plain] (sent)');
    expect(world.relay.log.at(-1)?.type).toBe('plain');
  });

  test('stays off after no, and lines stay here', async () => {
    const world = newWorld();
    const alice = await enter(world, 'alice');
    alice.commands.write('/plain on');
    await until(alice, state => state.question);
    alice.commands.answer('no');
    alice.commands.write('mine');
    expect(await until(alice, kept('mine'))).toMatchObject({ plain: false });
  });

  test('ends for good when somebody comes', async () => {
    const world = newWorld();
    const alice = await enter(world, 'alice');
    alice.commands.write('/plain on');
    await until(alice, state => state.question);
    alice.commands.answer('yes');
    await until(alice, state => state.plain);
    await enter(world, 'bob');
    expect(await until(alice, sees('bob'))).toMatchObject({ plain: false, banners: [] });
    await world.relay.remove('bob');
    await until(alice, sees());
    alice.commands.answer('yes');
    alice.commands.write('/plain on');
    const room = await until(alice, state => log(state).some(text => text.includes('over here for good')));
    expect(room).toMatchObject({ plain: false, question: undefined });
  });

  test('is not possible in a room where this browser has met somebody', async () => {
    const world = newWorld();
    await enter(world, 'bob');
    const alice = await enter(world, 'alice');
    expect(alice.kept()).toMatchObject({ remembered: { metOthers: true } });
    alice.commands.write('/plain on');
    await idle(alice);
    expect(alice.snapshot().question).toBeUndefined();
  });
});
