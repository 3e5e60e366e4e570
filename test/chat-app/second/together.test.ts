/** Both implementations in one room, over the real relay. */
import { describe, expect, test } from 'vitest';
import { decodeFragment, invitation, newLinkSecret, safetyNumber } from '../../../chat-app/client/crypto/index.ts';
import { hex, unhex } from './implementation/bytes.ts';
import type { Body } from './implementation/content.ts';
import { KIND } from './implementation/content.ts';
import * as second from './implementation/numbers.ts';
import { invite, readInvitation } from './implementation/room.ts';
import { text } from './support/both.ts';
import { connect, heardAll, leave, linesOf, speak, told } from './support/person.ts';
import { agree, newRoom, read, trouble } from './support/room.ts';

const pairs = [
  ['shipped', 'second', 'shipped'],
  ['second', 'shipped', 'second'],
  ['shipped', 'second', 'second'],
  ['second', 'second', 'shipped'],
] as const;

describe.each(pairs)('%s, %s, and %s', (...kinds) => {
  test('talk, come and go', async () => {
    const { come } = await newRoom();
    const [alice, bob] = [await come(kinds[0], 'alice'), await come(kinds[1], 'bob')];
    await told(alice, 'joined');
    await speak(alice, text('hi'));
    await speak(bob, text('hello'));
    const carol = await come(kinds[2], 'carol');
    await agree(alice, bob, carol);
    await speak(carol, text('good morning'));
    await speak(alice, text('coffee?'));
    await leave(carol);
    await heardAll(bob);
    await speak(bob, text('she is gone'));
    await connect(carol);
    await agree(alice, bob, carol);
    await speak(bob, text('there she is'));
    await agree(alice, bob, carol);
    const said = (...lines: string[]) => lines.map(line => expect.objectContaining({ text: line }));
    expect(read(alice)).toEqual(said('hello', 'good morning', 'she is gone', 'there she is'));
    expect(read(bob)).toEqual(said('hi', 'good morning', 'coffee?'));
    expect(read(carol)).toEqual(said('coffee?', 'there she is'));
    expect(trouble(alice, bob)).toEqual([]);
    expect(trouble(carol)).toEqual([{ what: 'unseen', from: 9, to: 9 }]);
  });
});

const both = [
  ['shipped', 'second'],
  ['second', 'shipped'],
] as const;

describe.each(both)('%s says, %s reads', (...kinds) => {
  test('every kind of line, and what is said beside the lines', async () => {
    const { come } = await newRoom();
    const [alice, bob] = [await come(kinds[0], 'alice'), await come(kinds[1], 'bob')];
    await told(alice, 'joined');
    const first = await speak(alice, text('a line\nand another \u202eone'));
    const target = unhex(first?.id ?? '');
    const rest: Body[] = [
      { kind: KIND.edit, target, text: 'better' },
      { kind: KIND.reply, target, text: '\ufeffyes' },
      { kind: KIND.reaction, target, text: '👍' },
      { kind: KIND.delete, target },
      text(''),
      text('x'.repeat(4062)),
    ];
    for (const body of rest) await speak(alice, body);
    await heardAll(bob);
    expect(read(bob)).toEqual(
      [text('a line\nand another \u202eone'), ...rest].map(body => ({ from: 'alice', ...body })),
    );
    alice.socket?.say(await alice.core.signal());
    expect(await told(bob, 'signal')).toMatchObject({ kind: 1, from: 'alice' });
    alice.socket?.say(await alice.core.signal(7));
    expect(await told(bob, 'signal')).toMatchObject({ kind: 2, upTo: 7 });
    for (const line of linesOf(bob)) expect(line).toMatchObject({ fork: false, unchecked: false });
    expect(trouble(alice, bob)).toEqual([]);
  });

  test('a plain line is written down alike, and nobody else gets it', async () => {
    const { come } = await newRoom();
    const alice = await come(kinds[0], 'alice');
    alice.socket?.say(await alice.core.plain('nobody here'));
    await told(alice, 'delivered');
    const bob = await come(kinds[1], 'bob');
    await told(alice, 'joined');
    await expect(alice.core.plain('and now')).rejects.toMatchObject({ code: 'not-alone' });
    await speak(bob, text('hi'));
    await agree(alice, bob);
    expect([...bob.inbox.entries.values()].map(({ type }) => type)).toEqual(['join', 'msg']);
  });

  test('a room without a link', async () => {
    const { come } = await newRoom({ linked: false });
    const [alice, bob] = [await come(kinds[0], 'alice'), await come(kinds[1], 'bob')];
    await told(alice, 'joined');
    await speak(alice, text('open to all'));
    await agree(alice, bob);
    expect(read(bob)).toEqual([{ from: 'alice', ...text('open to all') }]);
  });
});

test('an invitation of either is read by the other, and a damaged one by neither', () => {
  const secret = newLinkSecret();
  const link = invitation('https://chat.example.org', 'harbour', secret);
  expect(invite('https://chat.example.org', 'harbour', secret)).toBe(link);
  const { roomId, secret: mine } = readInvitation(link);
  expect([roomId, mine && hex(mine)]).toEqual(['harbour', hex(secret)]);
  expect(readInvitation('https://chat.example.org/r/harbour').secret).toBeUndefined();
  for (const damaged of [link.slice(0, -1), `${link}A`, `${link.slice(0, -1)}!`]) {
    expect(() => readInvitation(damaged)).toThrow('door');
    expect(() => decodeFragment(new URL(damaged).hash)).toThrow(/^door/);
  }
});

test('both compute one safety number for two people', async () => {
  const { come } = await newRoom();
  const [alice, bob] = [await come('shipped', 'alice'), await come('second', 'bob')];
  const [a, b] = [new Uint8Array(alice.core.ik), new Uint8Array(bob.core.ik)];
  expect(await safetyNumber(a, b)).toBe(second.safetyNumber(b, a));
  expect(await safetyNumber(a, b)).toMatch(/^(\d{5} ){11}\d{5}$/);
});
