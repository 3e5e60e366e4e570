/** A relay that does not answer a line, on a connection that stays, or speaks on after it has changed the history. */
import { expect, test } from 'vitest';
import { SILENCE_MS } from '../../../../chat-app/client/session/connecting.ts';
import { delivery, enter, idle, newWorld, sees, until } from './support/people.ts';

test.each([
  ['', []],
  [', also when the members have changed meanwhile', ['carol']],
])('the line goes again%s', async (_, newcomers) => {
  const world = newWorld();
  const [alice] = [await enter(world, 'alice'), await enter(world, 'bob')];
  await until(alice, sees('bob'));
  alice.wire.answer = ({ type }) => (type === 'first' ? 'lost' : undefined);
  alice.commands.write('hello');
  await until(alice, () => alice.wire.sent.some(({ type }) => type === 'first'));
  for (const name of newcomers) await enter(world, name);
  await until(alice, sees('bob', ...newcomers));
  alice.wire.answer = () => undefined;
  await idle(alice);
  world.clock.pass(SILENCE_MS);
  await until(alice, state => delivery(state, 'hello') === 'sent');
  expect(alice.faults).toEqual([]);
});

test.each(['a line that it removed us from', 'a session that is a day old'])(
  'after a stop, %s joins nothing: the stop stays, with its way out',
  async what => {
    const world = newWorld();
    const alice = await enter(world, 'alice');
    alice.wire.say({ type: 'synced', seq: 99 });
    const stopped = await until(alice, ({ halt }) => halt?.code === 'log-gap');
    if (what.startsWith('a line')) alice.wire.say({ type: 'no', code: 'removed' });
    else world.clock.pass(25 * 3_600_000);
    await idle(alice);
    expect(alice.snapshot().halt).toEqual(stopped.halt);
    expect(alice.faults).toEqual([]);
    expect(alice.wire.sent.filter(({ type }) => type === 'join')).toHaveLength(1);
  },
);
