/** When a chain ends, what travels on it, and who takes turns. */
import { describe, expect, test, vi } from 'vitest';
import { thawMember } from '../../../../chat-app/client/crypto/member.ts';
import { pack, unpack } from '../../../../chat-app/client/crypto/pack.ts';
import { AT, decodeMessage, OWNER_BYTES } from '../../../../chat-app/protocol/message.ts';
import { hex } from '../../../../chat-app/protocol/text.ts';
import { idOf, join, person, refuses, resume, roomOf, sealed, shown, text, types } from './support/people.ts';

const HOUR = 3_600_000;

describe('signals', () => {
  test('travel beside the messages and leave no gap', async () => {
    const { people } = await roomOf(['alice', 'bob']);
    const [alice, bob] = people;
    await refuses(alice.member.signal({ kind: 'typing' }), 'no-chain');
    await alice.say('one');
    for (let i = 0; i < 3; i++) await alice.member.signal({ kind: 'typing' });
    await alice.socket.send(await alice.member.signal({ kind: 'typing' }));
    await alice.socket.send(await alice.member.signal({ kind: 'read', seq: 7 }));
    await alice.say('two');
    expect(await bob.pump()).toMatchObject([
      { type: 'line', body: { text: 'one' } },
      { type: 'typing', name: 'alice' },
      { type: 'read', name: 'alice', seq: 7 },
      { type: 'line', body: { text: 'two' } },
    ]);
  });

  test('wear a chain out after 1,000, and then need a line', async () => {
    const { people } = await roomOf(['alice', 'bob']);
    const [alice] = people;
    await alice.say('one');
    for (let i = 0; i < 1000; i++) await alice.member.signal({ kind: 'typing' });
    await refuses(alice.member.signal({ kind: 'typing' }), 'no-chain');
    expect((await sealed(alice, 'two')).type).toBe('first');
  });
});

describe('a chain ends', () => {
  test('after 500 messages', async () => {
    const { people } = await roomOf(['alice', 'bob']);
    const [alice, bob] = people;
    const kinds = new Map<string, number>();
    for (let i = 0; i < 501; i++) {
      const frame = await sealed(alice, String(i));
      kinds.set(frame.type, (kinds.get(frame.type) ?? 0) + 1);
      await alice.socket.send(frame);
    }
    expect([...kinds]).toEqual([
      ['first', 2],
      ['msg', 499],
    ]);
    expect(shown(await bob.pump())).toHaveLength(501);
  });

  test('after 24 hours', async () => {
    const { clock, people } = await roomOf(['alice', 'bob']);
    const [alice] = people;
    await alice.say('one');
    clock.ms += 24 * HOUR;
    expect((await sealed(alice, 'two')).type).toBe('msg');
    clock.ms += 1;
    expect((await sealed(alice, 'three')).type).toBe('first');
  });

  test('with every join and leave', async () => {
    const { relay, clock, people } = await roomOf(['alice', 'bob']);
    const [alice] = people;
    expect((await sealed(alice, 'one')).type).toBe('first');
    await join(await person('carol', { clock }), relay);
    await alice.pump();
    expect((await sealed(alice, 'two')).type).toBe('first');
    await relay.remove('carol');
    await alice.pump();
    expect((await sealed(alice, 'three')).type).toBe('first');
  });

  test('with a refused line on it, and not with what was refused of the chain before', async () => {
    const { people } = await roomOf(['alice', 'bob']);
    const [alice] = people;
    const late = { id: new Uint8Array(16).fill(7), seq: 2 };
    const { msg: one } = await sealed(alice, 'one');
    await alice.member.receive({ type: 'no', code: 'stale-roster', ...late });
    expect((await sealed(alice, 'two')).type).toBe('msg');
    await alice.member.receive({ type: 'no', code: 'stale-roster', id: one.slice(AT.id, AT.iv), seq: 2 });
    expect((await sealed(alice, 'three')).type).toBe('first');
  });
});

test('1,024 chains under one roster: the sender makes a new session, and a reader takes no more', {
  timeout: 60_000,
}, async () => {
  const { relay, people } = await roomOf(['alice', 'bob']);
  const [alice, bob] = people;
  for (let count = 0; count < 1024; count++) {
    expect((await alice.member.snapshot()).wantsSession).toBe(false);
    await alice.say(String(count));
    await alice.member.receive({ type: 'no', code: 'stale-roster' });
    if (count % 64 === 0) await bob.pump();
  }
  expect(await alice.member.snapshot()).toMatchObject({ wantsSession: true, obstacle: { code: 'unavailable' } });
  await refuses(sealed(alice, 'one more'), 'unavailable');
  expect(shown(await bob.pump()).at(-1)).toBe('alice: 1023');
  // A program that has forgotten how many there were.
  const { privateKey, state } = await alice.member.freeze();
  const forgetful = { privateKey, state: pack({ ...(unpack(state) as object), begun: new Map() }) };
  const { here } = await resume({ ...alice, member: await thawMember(forgetful, alice.around) }, relay);
  await here.say('one too many');
  expect(shown(await bob.pump())).toEqual(['[too-far]']);
  // Another membership entry, and all is well.
  await here.socket.send(await here.member.join());
  await here.pump();
  await here.say('again');
  expect(shown(await bob.pump())).toEqual(['alice: again']);
});

test('sends, signals, joins and receipts started at once: one key each, order kept', async () => {
  const { relay, clock, people } = await roomOf(['alice', 'bob']);
  const [alice, bob] = people;
  await bob.say('start');
  await alice.say('start');
  const carol = join(await person('carol', { clock }), relay);
  const work = Array.from({ length: 20 }, (_, i) => [
    alice.member.seal({ body: text(String(i)) }),
    alice.pump(),
    alice.member.signal({ kind: 'typing' }).catch(error => ({ type: 'refused', code: error.code }) as const),
  ]).flat();
  const outcomes = await Promise.all(work);
  await carol;
  const frames = outcomes.flatMap(each => (!Array.isArray(each) && each.type === 'sealed' ? [each.frame] : []));
  const used = frames.flatMap(frame => ('msg' in frame ? [hex(frame.msg.subarray(0, AT.id))] : []));
  expect(new Set(used).size).toBe(20);
  const chains = new Set(frames.flatMap(frame => ('msg' in frame ? [hex(frame.msg.subarray(0, OWNER_BYTES))] : [])));
  const firsts = frames.filter(({ type }) => type === 'first');
  expect(chains.size - firsts.length).toBeLessThanOrEqual(1);
  await alice.pump();
  const again = await Promise.all(['a', 'b', 'c'].map(line => sealed(alice, line)));
  const last = again.map(frame => decodeMessage(frame.msg).i);
  expect(last.map(i => i - (last[0] ?? 0))).toEqual([0, 1, 2]);
  expect(new Set(again.map(idOf)).size).toBe(3);
});

test('a seal that failed burns its key, and the chain still goes out with the next', async () => {
  const { people } = await roomOf(['alice', 'bob']);
  const [alice, bob] = people;
  const failing = vi.spyOn(crypto.subtle, 'sign').mockRejectedValueOnce(new Error('no entropy'));
  await expect(sealed(alice, 'lost')).rejects.toThrow('no entropy');
  failing.mockRestore();
  await refuses(alice.member.signal({ kind: 'typing' }), 'no-chain');
  const next = await sealed(alice, 'here');
  expect([next.type, decodeMessage(next.msg).i]).toEqual(['first', 1]);
  await alice.socket.send(next);
  expect(types(await bob.pump())).toEqual(['missing', 'line']);
});
