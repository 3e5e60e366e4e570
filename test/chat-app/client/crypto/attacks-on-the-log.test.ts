/** What a relay may try with the history: e2ee/1, section 16, number 10. */
import { describe, expect, test } from 'vitest';
import { thawMember } from '../../../../chat-app/client/crypto/member.ts';
import { random } from '../../../../chat-app/client/crypto/primitives.ts';
import { newIdentity } from '../../../../chat-app/client/crypto/session.ts';
import { bundleId, decodeBundle } from '../../../../chat-app/protocol/bundle.ts';
import { LEAVE, nextHead } from '../../../../chat-app/protocol/log.ts';
import {
  clockAt,
  hand,
  knock,
  type Online,
  person,
  refuses,
  roomOf,
  sealed,
  seat,
  shown,
  text,
  told,
  types,
} from './support/people.ts';

test('an older bundle of the same person', async () => {
  const clock = clockAt();
  const identity = await newIdentity();
  const old = await knock(await person('bob', { clock, identity }));
  clock.ms += 1000;
  const alice = await person('alice', { clock });
  await seat(alice, [await knock(alice), await knock(await person('bob', { clock, identity }))]);
  await seat(alice, [await knock(alice)], { seq: 9 });
  expect(await alice.member.receive({ type: 'join', bundle: old, seq: 10 })).toMatchObject([
    { type: 'refused', code: 'bundle-rollback', name: 'bob' },
  ]);
});

describe('an entry again, or one left out', () => {
  test.each([
    [2, 'log-rollback'],
    [1, 'log-rollback'],
    [4, 'log-gap'],
  ] as const)('entry %i after 2', async (seq, code) => {
    const { people } = await roomOf(['alice', 'bob']);
    const [alice, bob] = people;
    const sent = await sealed(bob, 'x');
    expect(await hand(alice, sent, seq)).toEqual([{ type: 'stopped', code, seq }]);
    expect(await hand(alice, sent, 3)).toEqual([]);
    await refuses(alice.member.seal({ body: text('x') }), code);
    const back = await thawMember(await alice.member.freeze(), alice.around);
    expect((await back.snapshot()).stopped).toEqual({ code, seq });
    await refuses(back.join(), code);
  });

  test('a log that is said to be complete and is not', async () => {
    const { people } = await roomOf(['alice', 'bob']);
    expect(await people[0].member.receive({ type: 'synced', seq: 3 })).toMatchObject([{ code: 'log-gap' }]);
    expect(await people[1].member.receive({ type: 'synced', seq: 1 })).toMatchObject([{ code: 'log-rollback' }]);
  });
});

describe('at a new session of someone who has a log', () => {
  const removed = async () => {
    const { relay, people } = await roomOf(['alice', 'bob']);
    await relay.remove('alice', LEAVE.timeout);
    await people[0].pump();
    const bundle = await knock(people[0]);
    const head = await nextHead(relay.head, relay.seq + 1, { type: 'join', bundle });
    return { alice: people[0], bundle, head, seq: relay.seq + 1 };
  };

  test('the computed head is taken', async () => {
    const { alice, bundle, head, seq } = await removed();
    expect(types(await seat(alice, [bundle], { seq, head }))).toEqual(['synced']);
  });

  test('another head is a fork, and no seat', async () => {
    const { alice, bundle, seq } = await removed();
    expect(await seat(alice, [bundle], { seq, head: random(32) })).toEqual([{ type: 'stopped', code: 'fork', seq }]);
    await refuses(alice.member.seal({ body: text('x') }), 'fork');
    expect(await alice.member.snapshot()).toMatchObject({ sid: undefined, stopped: { code: 'fork' } });
  });

  test('a seq that is not above ours is a rollback', async () => {
    const { alice, bundle, head, seq } = await removed();
    const [event] = await seat(alice, [bundle], { seq: seq - 1, head });
    expect(event).toEqual({ type: 'stopped', code: 'log-rollback', seq: seq - 1 });
    expect((await alice.member.snapshot()).sid).toBeUndefined();
  });

  test('entries between were not seen, and that is said', async () => {
    const { alice, bundle, seq } = await removed();
    expect(await seat(alice, [bundle], { seq: seq + 2, head: random(32) })).toEqual([
      { type: 'unseen', from: seq, to: seq + 1 },
      { type: 'synced', seq: seq + 2 },
    ]);
  });

  test('who wants to go on all the same starts a log anew', async () => {
    const { alice, bundle, seq } = await removed();
    await seat(alice, [bundle], { seq, head: random(32) });
    await alice.member.startOver();
    expect(types(await seat(alice, [await knock(alice)], { seq: 3, head: random(32) }))).toEqual(['synced']);
  });

  test('a `room` that nobody asked for, or without us in it, is no seat', async () => {
    const { people } = await roomOf(['alice', 'bob']);
    const [alice] = people;
    const stranger = await person('carol');
    const bundle = await knock(stranger);
    expect(await stranger.member.receive({ type: 'room', seq: 9, head: random(32), members: [], earlier: 0 })).toEqual(
      [],
    );
    expect((await stranger.member.snapshot()).sid).toBeUndefined();
    expect(types(await seat(stranger, [bundle]))).toEqual(['synced']);
    const before = await alice.member.snapshot();
    await alice.member.receive({ type: 'room', seq: 9, head: random(32), members: [], earlier: 0 });
    expect(await alice.member.snapshot()).toEqual(before);
  });
});

describe('a seat on a connection that has one', () => {
  test('seals nothing before it is in sync', async () => {
    const { relay, people } = await roomOf(['alice', 'bob']);
    const [alice] = people;
    const frame = await alice.member.join();
    if (frame.type !== 'join') throw new Error('no join');
    const members = [frame.bundle, ...[...relay.seats.values()].slice(1).map(({ bytes }) => bytes)];
    const head = await nextHead(relay.head, 3, { type: 'join', bundle: frame.bundle });
    await alice.member.receive({ type: 'room', seq: 3, head, members, earlier: 0 });
    await refuses(alice.member.seal({ body: text('x') }), 'unavailable');
    await alice.member.receive({ type: 'synced', seq: 3 });
    await sealed(alice, 'x');
  });

  test('is not taken when the history has changed meanwhile', async () => {
    const { people } = await roomOf(['alice', 'bob']);
    const [alice] = people;
    const frame = await alice.member.join();
    if (frame.type !== 'join') throw new Error('no join');
    expect(await hand(alice, { type: 'msg', msg: random(200) }, 9)).toMatchObject([{ code: 'log-gap' }]);
    const before = await alice.member.snapshot();
    await alice.member.receive({ type: 'room', seq: 9, head: random(32), members: [frame.bundle], earlier: 0 });
    expect((await alice.member.snapshot()).sid).toBe(before.sid);
  });
});

describe('two histories', () => {
  test('the same people, another log: the chain itself does not fit', async () => {
    const [alice, bob] = [await person('alice'), await person('bob')];
    const bundles = [await knock(alice), await knock(bob)];
    await seat(alice, bundles, { head: random(32) });
    await seat(bob, bundles, { head: random(32) });
    expect(shown(await hand(bob, await sealed(alice, 'x')))).toEqual(['[roster-mismatch]']);
  });

  const threeWith = async (): Promise<[Online, Online, Online]> => (await roomOf(['alice', 'bob', 'carol'])).people;

  test('a line that one has and the other has not is a fork', async () => {
    const [alice, bob, carol] = await threeWith();
    await hand(alice, await sealed(carol, 'to alice'));
    await hand(bob, await sealed(carol, 'to bob'));
    expect(await hand(bob, await sealed(alice, 'x'))).toMatchObject([
      { type: 'fork', name: 'alice' },
      { type: 'line', fork: true, unchecked: false },
    ]);
  });

  test('a view that is not below the line is a fork', async () => {
    const [alice, bob, carol] = await threeWith();
    for (const line of ['only alice', 'sees these']) await hand(alice, await sealed(carol, line));
    expect(await hand(bob, await sealed(alice, 'x'))).toMatchObject([{ type: 'fork' }, { type: 'line', fork: true }]);
  });

  test('a view of the line itself is a fork', async () => {
    const [alice, bob, carol] = await threeWith();
    await hand(alice, await sealed(carol, 'only alice'));
    expect(await hand(bob, await sealed(alice, 'x'))).toMatchObject([{ type: 'fork' }, { type: 'line', fork: true }]);
  });

  test('behind 520 replays the view cannot be compared: the line is marked', async () => {
    const [alice, bob, carol] = await threeWith();
    const known = await sealed(alice, 'one');
    for (const each of [alice, bob]) await hand(each, known);
    await hand(alice, await sealed(carol, 'bob is not shown this'));
    const replay = { type: 'msg', msg: known.msg } as const;
    for (let i = 0; i < 520; i++) await hand(bob, replay);
    const [line] = await hand(bob, await sealed(alice, 'two'));
    expect(line).toMatchObject({ type: 'line', fork: false, unchecked: true });
  });

  test('behind 500 replays it can', async () => {
    const [alice, bob, carol] = await threeWith();
    const known = await sealed(alice, 'one');
    for (const each of [alice, bob]) await hand(each, known);
    await hand(alice, await sealed(carol, 'bob is not shown this'));
    for (let i = 0; i < 500; i++) await hand(bob, { type: 'msg', msg: known.msg });
    expect(types(await hand(bob, await sealed(alice, 'two')))).toEqual(['fork', 'line']);
  });
});

test('entries that cannot be opened advance the log all the same', async () => {
  const [alice, bob] = [await person('alice'), await person('bob')];
  const [, theirs = new Uint8Array()] = await told([alice, bob]);
  const msg = random(200);
  expect(shown(await alice.member.receive({ type: 'msg', msg, seq: 2 }))).toEqual(['[no-chain]']);
  expect(shown(await bob.member.receive({ type: 'msg', msg, seq: 2 }))).toEqual(['[no-chain]']);
  expect(await hand(alice, await sealed(bob, 'x'))).toMatchObject([{ type: 'line', fork: false, unchecked: false }]);
  expect(await bundleId(decodeBundle(theirs))).toHaveLength(32);
});
