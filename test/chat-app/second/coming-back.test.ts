/** Lost connections, new sessions, lines that cross a join: between both implementations, over the real relay. */
import { describe, expect, test } from 'vitest';
import { text } from './support/both.ts';
import { connect, heardAll, lose, renew, speak, told } from './support/person.ts';
import { agree, newRoom, read, trouble } from './support/room.ts';

const both = [
  ['shipped', 'second'],
  ['second', 'shipped'],
] as const;

describe.each(both)('%s says, %s reads', (...kinds) => {
  test('what was missed, once, after a broken connection', async () => {
    const { come } = await newRoom();
    const [alice, bob] = [await come(kinds[0], 'alice'), await come(kinds[1], 'bob')];
    await told(alice, 'joined');
    await speak(alice, text('one'));
    await heardAll(bob);
    await lose(bob);
    await speak(alice, text('two'));
    const carol = await come(kinds[0], 'carol');
    await heardAll(alice);
    await speak(alice, text('three'));
    await connect(bob);
    await speak(alice, text('four'));
    await agree(alice, bob, carol);
    expect(read(bob).map(line => line.text)).toEqual(['one', 'two', 'three', 'four']);
    expect(trouble(alice, bob, carol)).toEqual([]);
  });

  test('after a new session on the same connection, and under another name', async () => {
    const { come } = await newRoom();
    const [alice, bob] = [await come(kinds[0], 'alice'), await come(kinds[1], 'bob')];
    await told(alice, 'joined');
    await renew(alice);
    await heardAll(bob);
    await speak(alice, text('new'));
    await renew(alice, 'alicia');
    await heardAll(bob);
    await speak(alice, text('renamed'));
    await agree(alice, bob);
    expect(read(bob).map(({ from, text }) => `${from}: ${text}`)).toEqual(['alice: new', 'alicia: renamed']);
    const members = bob.inbox.happened.filter(({ what }) => what === 'joined' || what === 'left');
    expect(members).toEqual([
      { what: 'left', name: 'alice', reason: 4 },
      { what: 'joined', name: 'alicia' },
    ]);
    expect(trouble(alice, bob)).toEqual([]);
  });

  test('a line that crossed a join is refused, sealed anew and read by all', async () => {
    const { come } = await newRoom();
    const [alice, bob] = [await come(kinds[0], 'alice'), await come(kinds[1], 'bob')];
    await told(alice, 'joined');
    const early = await alice.core.seal(text('crossed'));
    const carol = await come(kinds[1], 'carol');
    alice.socket?.say(early.frame);
    const no = await told(alice, 'no');
    expect(no).toMatchObject({ code: 'stale-roster', id: early.id });
    const again = await alice.core.seal(text('crossed'), early.id);
    expect(again.readers.toSorted()).toEqual(['bob', 'carol']);
    alice.socket?.say(again.frame);
    await told(alice, 'delivered');
    alice.socket?.say(again.frame);
    expect(await told(alice, 'no')).toMatchObject({ code: 'duplicate', id: early.id });
    await agree(alice, bob, carol);
    for (const each of [bob, carol]) expect(read(each)).toEqual([{ from: 'alice', ...text('crossed') }]);
  });

  test('more than a chain of lines', async () => {
    const { come, pass } = await newRoom();
    const [alice, bob] = [await come(kinds[0], 'alice'), await come(kinds[1], 'bob')];
    await told(alice, 'joined');
    for (let i = 0; i < 505; i++) {
      if (i % 40 === 0) await pass(2000);
      await speak(alice, text(String(i)));
    }
    await agree(alice, bob);
    expect(read(bob).map(({ text }) => text)).toEqual(Array.from({ length: 505 }, (_, i) => String(i)));
    expect(trouble(alice, bob)).toEqual([]);
  });
});
