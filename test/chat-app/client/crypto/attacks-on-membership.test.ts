/** What a relay may try with the list of members: e2ee/1, section 16. */
import { describe, expect, test } from 'vitest';
import { thawMember } from '../../../../chat-app/client/crypto/member.ts';
import { random } from '../../../../chat-app/client/crypto/primitives.ts';
import { bundleId, decodeBundle } from '../../../../chat-app/protocol/bundle.ts';
import type { Bytes } from '../../../../chat-app/protocol/bytes.ts';
import { LEAVE } from '../../../../chat-app/protocol/log.ts';
import { AT, decodeMessage, OWNER_BYTES } from '../../../../chat-app/protocol/message.ts';
import { hex } from '../../../../chat-app/protocol/text.ts';
import {
  greet,
  hand,
  join,
  knock,
  type Person,
  person,
  refuses,
  resume,
  roomOf,
  sealed,
  seat,
  shown,
  text,
  told,
  types,
} from './support/people.ts';

const three = async (): Promise<[Person, Person, Person]> => [
  await person('alice'),
  await person('bob'),
  await person('carol'),
];
const leave = async (bundle: Bytes, seq: number) =>
  ({ type: 'leave', bundleId: await bundleId(decodeBundle(bundle)), reason: LEAVE.left, seq }) as const;

describe('7: a ghost shown to one side', () => {
  test('without the link it is an outsider, and nothing is sealed for it', async () => {
    const [alice, bob] = await three();
    const ghost = await person('eve', { secret: random(32) });
    await told([alice, bob]);
    const events = await alice.member.receive({ type: 'join', bundle: await knock(ghost), seq: 2 });
    expect(types(events)).toEqual(['outsider']);
    const outcome = await alice.member.seal({ body: text('x') });
    expect(outcome).toMatchObject({ readers: ['bob'] });
    expect(outcome.type === 'sealed' && outcome.frame.type === 'first' && outcome.frame.keys).toHaveLength(56 + 133);
  });

  test('with the link, the others refuse the chain', async () => {
    const [alice, bob, ghost] = await three();
    await told([alice, bob]);
    await alice.member.receive({ type: 'join', bundle: await knock(ghost), seq: 2 });
    expect(await hand(bob, await sealed(alice, 'x'))).toMatchObject([
      { type: 'unreadable', code: 'roster-mismatch', name: 'alice' },
    ]);
  });
});

test('8: a member hidden from one side: all who were told notice', async () => {
  const [alice, bob, carol] = await three();
  const bundles = [await knock(alice), await knock(bob), await knock(carol)];
  await seat(bob, bundles);
  await seat(carol, bundles);
  await seat(alice, bundles.slice(0, 2));
  const sent = await sealed(alice, 'x');
  expect(shown(await hand(bob, sent))).toEqual(['[roster-mismatch]']);
  expect(shown(await hand(carol, sent))).toEqual(['[no-chain]']);
  expect(shown(await hand(alice, await sealed(bob, 'y')))).toEqual(['[roster-mismatch]']);
});

describe('9: no frame leaves', () => {
  test('when the relay says that we are alone', async () => {
    const { relay, people } = await roomOf(['alice', 'bob']);
    await relay.remove('bob');
    await people[0].pump();
    await refuses(people[0].member.seal({ body: text('secret') }), 'alone');
    await refuses(people[0].member.plain('secret'), 'not-alone');
  });

  test('after our own removal', async () => {
    const { relay, people } = await roomOf(['alice', 'bob']);
    await people[0].say('before');
    await relay.remove('alice', LEAVE.timeout);
    expect(types(await people[0].pump())).toEqual(['delivered', 'removed']);
    await refuses(people[0].member.seal({ body: text('secret') }), 'removed');
    await refuses(people[0].member.signal({ kind: 'typing' }), 'removed');
  });

  test('while somebody whose bundle ran out is listed, ourselves included', async () => {
    const { clock, people } = await roomOf(['alice', 'bob']);
    clock.ms += 7 * 86_400_000 - 1;
    await sealed(people[0], 'last');
    clock.ms += 1;
    await refuses(people[0].member.seal({ body: text('secret') }), 'bundle-expired');
    expect((await people[0].member.snapshot()).obstacle).toEqual({ code: 'bundle-expired', names: ['alice', 'bob'] });
  });

  test('before the log is known to be complete', async () => {
    const { people } = await roomOf(['alice', 'bob']);
    await greet(people[0]);
    await refuses(people[0].member.seal({ body: text('x') }), 'unavailable');
    await people[0].member.resume();
    await refuses(people[0].member.seal({ body: text('x') }), 'unavailable');
    await people[0].member.receive({ type: 'synced', seq: 2 });
    await sealed(people[0], 'x');
    await people[0].member.disconnected();
    await refuses(people[0].member.seal({ body: text('x') }), 'unavailable');
  });
});

describe('12: members who come and go', () => {
  test('one who was removed cannot read on; one who is late cannot read back', async () => {
    const { relay, clock, people } = await roomOf(['alice', 'bob', 'carol']);
    const [alice, bob, carol] = people;
    const before = await sealed(alice, 'before');
    await alice.socket.send(before);
    for (const each of [bob, carol]) await each.pump();
    await relay.remove('carol');
    for (const each of [alice, bob]) await each.pump();
    const after = await sealed(alice, 'after');
    expect(shown(await hand(carol, after))).toEqual(['[no-chain]']);
    expect(shown(await hand(carol, { type: 'msg', msg: after.msg }))).toEqual(['[no-chain]']);
    const dave = await join(await person('dave', { clock }), relay);
    expect(shown(await hand(dave, { type: 'msg', msg: before.msg }))).toEqual(['[no-chain]']);
    expect(shown(await hand(dave, before))).toEqual(['[no-chain]']);
  });

  test('one who was told of the own removal follows no chain, even with an envelope', async () => {
    const [alice, bob] = await three();
    const [, theirs = new Uint8Array()] = await told([alice, bob]);
    const sent = await sealed(alice, 'x');
    await bob.member.receive(await leave(theirs, 2));
    expect(shown(await hand(bob, sent, 3))).toEqual(['[no-chain]']);
  });

  test('a leave hidden from the sender: readers who saw it say so', async () => {
    const { relay, people } = await roomOf(['alice', 'bob', 'carol']);
    const [alice, bob] = people;
    await alice.say('one');
    await relay.remove('carol');
    await bob.pump();
    const { msg } = await sealed(alice, 'alice does not know that carol left');
    expect(shown(await hand(bob, { type: 'msg', msg }))).toEqual(['[roster-mismatch]']);
  });

  test('two sends and a leave at once: one roster, one key each', async () => {
    const { relay, people } = await roomOf(['alice', 'bob', 'carol']);
    const [alice, bob] = people;
    await relay.remove('carol');
    const [early] = await Promise.all([sealed(alice, 'one'), alice.pump()]);
    expect(early).toMatchObject({ type: 'first', at: 3 });
    await alice.socket.send(early);
    expect(alice.socket.inbox.at(-1)).toMatchObject({ type: 'no', code: 'stale-roster' });
    const both = await Promise.all([sealed(alice, 'two'), sealed(alice, 'three')]);
    expect(both.map(({ type }) => type)).toEqual(['first', 'msg']);
    const owners = new Set(both.map(({ msg }) => hex(msg.subarray(AT.sid, OWNER_BYTES))));
    const indices = new Set(both.map(({ msg }) => hex(msg.subarray(AT.index, AT.id))));
    expect([owners.size, indices.size]).toEqual([1, 2]);
    for (const frame of both) await alice.socket.send(frame);
    expect(shown(await bob.pump())).toEqual(['alice: two', 'alice: three']);
  });
});

test('21: a database restored from an old copy: no key or IV is used twice', async () => {
  const { relay, people } = await roomOf(['alice', 'bob']);
  const [alice] = people;
  await alice.say('one');
  await alice.pump();
  const old = structuredClone(await alice.member.freeze());
  expect(old.privateKey?.extractable).toBe(false);
  const stored = Object.keys(JSON.parse(new TextDecoder().decode(old.state)));
  for (const name of ['sending', 'pending', 'setting', 'challenge', 'key']) expect(stored).not.toContain(name);
  const used = [await sealed(alice, 'two')];
  for (let restart = 0; restart < 2; restart++) {
    const { here } = await resume({ ...alice, member: await thawMember(old, alice.around) }, relay);
    used.push(await sealed(here, 'two'));
  }
  expect(used.map(({ type }) => type)).toEqual(['msg', 'first', 'first']);
  const messages = used.map(({ msg }) => decodeMessage(msg));
  expect(new Set(messages.map(({ chain }) => hex(chain))).size).toBe(3);
  expect(new Set(messages.map(({ iv }) => hex(iv))).size).toBe(3);
});
