/** What a relay or a member may try with lines: e2ee/1, section 16. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { random } from '../../../../chat-app/client/crypto/primitives.ts';
import type { Bytes } from '../../../../chat-app/protocol/bytes.ts';
import type { Message } from '../../../../chat-app/protocol/message.ts';
import { decodeMessage, encodeMessage } from '../../../../chat-app/protocol/message.ts';
import { hand, join, person, roomOf, sealed, shown, told, types } from './support/people.ts';

const edit = (msg: Bytes, change: Partial<Message>): Bytes => encodeMessage({ ...decodeMessage(msg), ...change });
const line = (msg: Bytes) => ({ type: 'msg', msg }) as const;

afterEach(() => vi.restoreAllMocks());

describe('4: replay', () => {
  test('of a message, an envelope, under another index', async () => {
    const [alice, bob] = [await person('alice'), await person('bob')];
    await told([alice, bob]);
    const sent = await sealed(alice, 'pay 10');
    expect(shown(await hand(bob, sent))).toEqual(['alice: pay 10']);
    expect(shown(await hand(bob, sent))).toEqual(['[chain-reused]']);
    expect(await hand(bob, line(sent.msg))).toMatchObject([{ type: 'ignored', code: 'replay' }]);
    expect(shown(await hand(bob, line(edit(sent.msg, { i: 1 }))))).toEqual(['[msg-sig]']);
    const { i, ...rest } = decodeMessage((await sealed(alice, 'next')).msg);
    expect(shown(await hand(bob, line(encodeMessage({ ...rest, i, id: random(16) }))))).toEqual(['[msg-sig]']);
  });

  test('of an old chain when the same people are alone again', async () => {
    const { relay, clock, people } = await roomOf(['alice', 'bob']);
    const [alice, bob] = people;
    const sent = await sealed(alice, 'pay 10');
    await alice.socket.send(sent);
    await join(await person('carol', { clock }), relay);
    await relay.remove('carol');
    await bob.pump();
    expect(shown(await hand(bob, sent))).toEqual(['[roster-mismatch]']);
    expect(shown(await hand(bob, line(sent.msg)))).toEqual(['[roster-mismatch]']);
  });

  test('of one line that was sealed twice: shown once, and no gap', async () => {
    const [alice, bob] = [await person('alice'), await person('bob')];
    await told([alice, bob]);
    const id = random(16);
    const [one, two] = [await sealed(alice, 'pay 10', id), await sealed(alice, 'pay 10', id)];
    expect(shown(await hand(bob, one))).toEqual(['alice: pay 10']);
    expect(await hand(bob, two)).toMatchObject([{ type: 'ignored', code: 'duplicate' }]);
    expect(types(await hand(bob, await sealed(alice, 'next')))).toEqual(['line']);
  });

  test('of our own line, altered or never sent: no acknowledgement, and nothing is sealed any more', async () => {
    for (const change of [{ iv: random(12) }, { id: random(16) }]) {
      const [alice, bob] = [await person('alice'), await person('bob')];
      await told([alice, bob]);
      const { msg } = await sealed(alice, 'x');
      expect(await hand(alice, line(edit(msg, change)))).toMatchObject([
        { type: 'stopped', code: 'own-altered', seq: 2 },
      ]);
      await expect(sealed(alice, 'y')).rejects.toMatchObject({ code: 'own-altered' });
      expect(await hand(alice, line(msg))).toMatchObject([{ type: 'delivered' }]);
      expect(await hand(alice, line(msg))).toMatchObject([{ type: 'ignored', code: 'replay' }]);
    }
  });

  test("a new chain ends the same sender's earlier one", async () => {
    const { people } = await roomOf(['alice', 'bob']);
    const [alice, bob] = people;
    const one = await sealed(alice, 'one');
    await alice.socket.send(one);
    const kept = await sealed(alice, 'held back');
    await alice.member.receive({ type: 'no', code: 'stale-roster' });
    await alice.say('two');
    expect(shown(await bob.pump())).toEqual(['alice: one', 'alice: two']);
    expect(shown(await hand(bob, line(kept.msg)))).toEqual(['[no-chain]']);
    expect(shown(await hand(bob, one))).toEqual(['[chain-reused]']);
  });
});

test('5: lines reordered are each shown once, the gap is noted, and the logs part', async () => {
  const { relay, people } = await roomOf(['alice', 'bob']);
  const [alice, bob] = people;
  const [one, two] = [await sealed(alice, 'one'), await sealed(alice, 'two')];
  for (const frame of [one, two]) await alice.socket.send(frame);
  await alice.pump();
  if (one.type !== 'first') throw new Error('no chain');
  const seq = relay.seq - 2;
  expect(types(await hand(bob, { ...one, msg: two.msg }, seq + 1))).toEqual(['missing', 'line']);
  expect(types(await hand(bob, line(one.msg), seq + 2))).toEqual(['line']);
  expect(await hand(bob, await sealed(alice, 'three'))).toMatchObject([
    { type: 'fork', name: 'alice', seq: seq + 3 },
    { type: 'line', fork: true },
  ]);
});

describe('6: lines dropped', () => {
  test('are counted; a wild index or a forged one costs no work', async () => {
    const [alice, bob] = [await person('alice'), await person('bob')];
    await told([alice, bob]);
    const [first, , , last] = [
      await sealed(alice, '0'),
      await sealed(alice, 'lost'),
      await sealed(alice, 'lost'),
      await sealed(alice, '3'),
    ];
    await hand(bob, first);
    const derived = vi.spyOn(crypto.subtle, 'deriveBits');
    expect(shown(await hand(bob, line(edit(last.msg, { i: 2 ** 31 }))))).toEqual(['[too-far]']);
    expect(shown(await hand(bob, line(edit(last.msg, { i: 500 }))))).toEqual(['[too-far]']);
    expect(shown(await hand(bob, line(edit(last.msg, { i: 499 }))))).toEqual(['[msg-sig]']);
    expect(derived).not.toHaveBeenCalled();
    const events = await hand(bob, line(last.msg));
    expect(events).toMatchObject([{ type: 'missing', name: 'alice', count: 2 }, { type: 'line' }]);
  });

  const late = async (wait: number, between: number) => {
    const { clock, people } = await roomOf(['alice', 'bob']);
    const [alice, bob] = people;
    await hand(bob, await sealed(alice, 'first'));
    const held = await sealed(alice, 'held');
    for (let i = 1; i < between; i++) await sealed(alice, 'lost');
    await hand(bob, line((await sealed(alice, 'now')).msg));
    clock.ms += wait;
    const events = await hand(bob, line(held.msg));
    expect(await hand(bob, line(held.msg))).toMatchObject([{ type: 'ignored', code: 'replay' }]);
    return events;
  };

  test('open late within ten minutes and 256 keys', async () => {
    expect(types(await late(600_000, 256))).toEqual(['line']);
  });

  test('not after ten minutes', async () => {
    expect(await late(600_001, 1)).toMatchObject([{ type: 'ignored', code: 'replay' }]);
  });

  test('not from before the last 256', async () => {
    expect(await late(0, 257)).toMatchObject([{ type: 'ignored', code: 'replay' }]);
  });
});

describe('11: splices', () => {
  test('into another room, under another sender, by an insider who knows the chain key', async () => {
    const { people } = await roomOf(['alice', 'bob', 'carol']);
    const [alice, bob, carol] = people;
    const [, away] = (await roomOf(['alice', 'bob'], { roomId: 'elsewhere' })).people;
    const sent = await sealed(alice, 'x');
    expect(shown(await hand(away, sent))).toEqual(['[no-chain]']);
    for (const each of [bob, carol]) await hand(each, sent);
    const { msg } = await sealed(alice, 'y');
    const { sid = '' } = await carol.member.snapshot();
    const carols = Uint8Array.from(sid.match(/../g) ?? [], byte => Number.parseInt(byte, 16));
    expect(shown(await hand(bob, line(edit(msg, { sid: carols }))))).toEqual(['[sender-mismatch]']);
    const ct = decodeMessage(msg).ct;
    ct[0] = (ct[0] ?? 0) ^ 1;
    expect(shown(await hand(bob, line(edit(msg, { ct }))))).toEqual(['[msg-sig]']);
    expect(shown(await hand(bob, line(msg)))).toEqual(['alice: y']);
  });
});

test('13: a forgery first, and the real one opens', async () => {
  const [alice, bob] = [await person('alice'), await person('bob')];
  await told([alice, bob]);
  const real = await sealed(alice, 'one');
  expect(shown(await hand(bob, { ...real, msg: edit(real.msg, { i: 5 }) }))).toEqual(['[msg-sig]']);
  expect(shown(await hand(bob, line(real.msg)))).toEqual(['alice: one']);
});
