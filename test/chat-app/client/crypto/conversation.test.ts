/** People who talk over an honest relay. */
import { describe, expect, test, vi } from 'vitest';
import { newIdentity, thawMember } from '../../../../chat-app/client/crypto/index.ts';
import { random } from '../../../../chat-app/client/crypto/primitives.ts';
import { LEAVE } from '../../../../chat-app/protocol/log.ts';
import { AT, decodeMessage, OWNER_BYTES } from '../../../../chat-app/protocol/message.ts';
import { hex } from '../../../../chat-app/protocol/text.ts';
import { idOf, join, online, person, refuses, resume, roomOf, sealed, shown, text, types } from './support/people.ts';
import { Relay } from './support/relay.ts';

const HOUR = 3_600_000;

test('three people read each other', async () => {
  const { people } = await roomOf(['alice', 'bob', 'carol']);
  const [alice, bob, carol] = people;
  await alice.say('hi');
  await bob.say('hello');
  expect(shown(await carol.pump())).toEqual(['alice: hi', 'bob: hello']);
  expect(shown(await alice.pump())).toEqual(['bob: hello']);
});

test('our own line comes back as delivered, with its seq', async () => {
  const { relay, people } = await roomOf(['alice', 'bob']);
  const id = random(16);
  await people[0].say('hi', id);
  expect(await people[0].pump()).toEqual([{ type: 'delivered', id: hex(id), seq: relay.seq }]);
});

test('every kind of line arrives as it was meant', async () => {
  const { people } = await roomOf(['alice', 'bob']);
  const [alice, bob] = people;
  const target = hex(random(16));
  const bodies = [
    text('a line\nand another'),
    { kind: 'edit', target, text: 'better' },
    { kind: 'delete', target },
    { kind: 'reply', target, text: 'yes' },
    { kind: 'reaction', target, emoji: '👍' },
  ] as const;
  for (const body of bodies) {
    const outcome = await alice.member.seal({ body });
    if (outcome.type === 'sealed') await alice.socket.send(outcome.frame);
  }
  const lines = (await bob.pump()).filter(event => event.type === 'line');
  expect(lines.map(({ body }) => body)).toEqual(bodies);
  expect(lines[0]).toMatchObject({ fork: false, unchecked: false, unaccepted: false, name: 'alice' });
});

test('who comes third reads nothing from before, and everything from then on', async () => {
  const { relay, clock, people } = await roomOf(['alice', 'bob']);
  const [alice, bob] = people;
  await alice.say('before');
  const carol = await join(await person('carol', { clock }), relay);
  expect(types(await alice.pump())).toEqual(['delivered', 'joined', 'new-key']);
  await alice.say('after');
  expect(shown(await carol.pump())).toEqual(['alice: after']);
  expect(shown(await bob.pump())).toEqual(['alice: before', 'alice: after']);
});

test('who leaves reads nothing more, and comes back with a new session and the same log', async () => {
  const { relay, people } = await roomOf(['alice', 'bob', 'carol']);
  const [alice, bob, carol] = people;
  await carol.socket.send({ type: 'leave' });
  expect(await carol.pump()).toEqual([{ type: 'removed', seq: relay.seq, reason: LEAVE.left }]);
  expect(await alice.pump()).toMatchObject([{ type: 'left', name: 'carol', reason: LEAVE.left }]);
  await refuses(carol.member.seal({ body: text('x') }), 'removed');
  await alice.say('among us');
  expect(shown(await carol.pump())).toEqual([]);
  expect(shown(await bob.pump())).toEqual(['alice: among us']);
  const seq = relay.seq;
  const back = await join(carol, relay);
  expect((await back.member.snapshot()).people.map(({ name }) => name)).toEqual(['alice', 'bob']);
  await bob.pump();
  await bob.say('welcome back');
  expect(shown(await back.pump())).toEqual(['bob: welcome back']);
  expect((await back.member.snapshot()).seq).toBe(seq + 2);
});

test('entries between two sessions are announced as not seen', async () => {
  const { relay, people } = await roomOf(['alice', 'bob']);
  const [alice, bob] = people;
  await bob.socket.send({ type: 'leave' });
  await bob.pump();
  await relay.remove('alice');
  const again = online(bob, relay);
  await again.pump();
  await again.socket.send(await again.member.join());
  expect(await again.pump()).toEqual([
    { type: 'unseen', from: 4, to: 4 },
    { type: 'synced', seq: 5 },
  ]);
  expect(alice.name).toBe('alice');
});

test('who was away reads what was sealed for them, across changes of members', async () => {
  const { relay, clock, people } = await roomOf(['alice', 'bob']);
  const [alice, bob] = people;
  bob.socket.cut();
  await alice.say('one');
  await join(await person('carol', { clock }), relay);
  await alice.pump();
  await alice.say('two');
  await relay.remove('carol');
  await alice.pump();
  await alice.say('three');
  const { events } = await resume(bob, relay);
  expect(shown(events)).toEqual(['alice: one', 'alice: two', 'alice: three']);
});

test('a send that crossed a join is refused, sealed again under the same id, and shown once', async () => {
  const { relay, clock, people } = await roomOf(['alice', 'bob']);
  const [alice, bob] = people;
  const id = random(16);
  const early = await sealed(alice, 'crossed', id);
  const carol = await join(await person('carol', { clock }), relay);
  await alice.socket.send(early);
  expect(alice.socket.inbox.at(-1)).toMatchObject({ type: 'no', code: 'stale-roster', id, seq: relay.seq });
  await alice.pump();
  await alice.say('crossed', id);
  await alice.socket.send(await sealed(alice, 'crossed', id));
  expect(alice.socket.inbox.at(-1)).toMatchObject({ type: 'no', code: 'duplicate', seq: relay.seq });
  expect(shown(await bob.pump())).toEqual(['alice: crossed']);
  expect(shown(await carol.pump())).toEqual(['alice: crossed']);
});

test('a relay that forgot a chain makes the next line start another', async () => {
  const { relay, people } = await roomOf(['alice', 'bob']);
  const [alice, bob] = people;
  await alice.say('one');
  for (const seat of relay.seats.values()) seat.chain = undefined;
  const id = random(16);
  await alice.say('two', id);
  await alice.pump();
  const again = await sealed(alice, 'two', id);
  expect(again.type).toBe('first');
  await alice.socket.send(again);
  expect(shown(await bob.pump())).toEqual(['alice: one', 'alice: two']);
});

describe('a new session of the same person', () => {
  test('replaces the old one without a line, on the connection it has', async () => {
    const { clock, people } = await roomOf(['alice', 'bob']);
    const [alice, bob] = people;
    clock.ms += 24 * HOUR;
    expect((await bob.member.snapshot()).wantsSession).toBe(true);
    await bob.socket.send(await bob.member.join());
    await refuses(bob.member.seal({ body: text('between') }), 'unavailable');
    expect(types(await bob.pump())).toEqual(['synced']);
    expect((await bob.member.snapshot()).wantsSession).toBe(false);
    expect(await alice.pump()).toEqual([]);
    await alice.say('still there?');
    expect(shown(await bob.pump())).toEqual(['alice: still there?']);
  });

  test('is shown as a leave when nobody comes back', async () => {
    const { relay, people } = await roomOf(['alice', 'bob', 'carol']);
    await relay.remove('bob', LEAVE.replaced);
    expect(await people[0].pump()).toEqual([]);
    await people[2].pump();
    await people[2].say('where is bob?');
    expect(types(await people[0].pump())).toEqual(['left', 'line']);
  });

  test('under another name is a leave and a join', async () => {
    const { people } = await roomOf(['alice', 'bob']);
    const [alice, bob] = people;
    await bob.socket.send(await bob.member.join('robert'));
    expect(types(await alice.pump())).toEqual(['left', 'joined', 'new-key']);
    await bob.pump();
    expect((await bob.member.snapshot()).me.name).toBe('robert');
  });

  test('has a newer bundle, even when the clock went back', async () => {
    const { clock, people } = await roomOf(['alice', 'bob']);
    clock.ms -= 60_000;
    await people[1].socket.send(await people[1].member.join());
    expect(types(await people[1].pump())).toEqual(['synced']);
    expect(await people[0].pump()).toEqual([]);
  });

  test('that got no answer is not used; the old one is followed to its end', async () => {
    const { relay, people } = await roomOf(['alice', 'bob']);
    const [alice, bob] = people;
    await alice.say('before');
    const joining = await bob.member.join();
    bob.socket.cut();
    await bob.socket.send(joining);
    const { here, events } = await resume(bob, relay);
    expect(shown(events)).toEqual(['alice: before']);
    expect(events.at(-2)).toMatchObject({ type: 'removed', reason: LEAVE.replaced });
    expect(await here.member.resume()).toBeUndefined();
    await here.socket.send(await here.member.join());
    expect(types(await here.pump())).toEqual(['unseen', 'synced']);
    await alice.pump();
    await alice.say('after');
    expect(shown(await here.pump())).toEqual(['alice: after']);
  });
});

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

describe('a reload', () => {
  test('resumes where it stopped, and never with a sending chain', async () => {
    const { relay, people } = await roomOf(['alice', 'bob']);
    const [alice, bob] = people;
    await alice.say('one');
    await bob.say('two');
    await bob.pump();
    const id = random(16);
    await bob.socket.send(await sealed(bob, 'unanswered', id));
    const frozen = structuredClone(await bob.member.freeze());
    bob.socket.cut();
    await alice.pump();
    await alice.say('three');
    const back = { ...bob, member: await thawMember(frozen, bob.around) };
    await refuses(back.member.seal({ body: text('too early') }), 'unavailable');
    const { here, events } = await resume(back, relay);
    expect(events).toMatchObject([
      { type: 'delivered', id: hex(id) },
      { type: 'line', body: { text: 'three' } },
      { type: 'synced' },
    ]);
    const next = await sealed(here, 'four');
    expect(next.type).toBe('first');
    await here.socket.send(next);
    expect(shown(await alice.pump())).toEqual(['bob: four']);
  });

  test('knows pins, secret, and what it had kept for late lines', async () => {
    const { people } = await roomOf(['alice', 'bob']);
    const [alice, bob] = people;
    const [zero, one, two] = [await sealed(alice, '0'), await sealed(alice, '1'), await sealed(alice, '2')];
    for (const frame of [zero, two]) await alice.socket.send(frame);
    expect(types(await bob.pump())).toEqual(['line', 'missing', 'line']);
    const back = { ...bob, member: await thawMember(await bob.member.freeze(), bob.around) };
    const before = await bob.member.snapshot();
    expect(await back.member.snapshot()).toEqual({
      ...before,
      phase: 'away',
      obstacle: { code: 'unavailable', names: [] },
    });
    if (one.type !== 'msg') throw new Error('a chain too many');
    expect(shown(await back.member.receive({ type: 'msg', seq: before.seq + 1, msg: one.msg }))).toEqual(['alice: 1']);
  });

  test('stores every change with its events before the caller has them', async () => {
    const stored: string[][] = [];
    const relay = new Relay(() => 1_800_000_000_000);
    const persist = async (_: unknown, events: { type: string }[]) => void stored.push(events.map(({ type }) => type));
    const alice = await join(await person('alice', { persist }), relay);
    const bob = await join(await person('bob'), relay);
    await alice.pump();
    await alice.say('hi');
    await alice.pump();
    expect(stored).toEqual([[], ['synced'], ['joined', 'new-key'], [], ['delivered']]);
    expect(bob.name).toBe('bob');
  });

  test('whose storage fails takes nothing for done', async () => {
    const relay = new Relay(() => 1_800_000_000_000);
    const persist = async () => {
      throw new Error('quota');
    };
    const alice = online(await person('alice', { persist }), relay);
    await alice.pump();
    await expect(alice.member.join()).rejects.toThrow('quota');
  });
});

test('a line that waited over a minute goes to newcomers only after asking', async () => {
  const { relay, clock, people } = await roomOf(['alice', 'bob']);
  const [alice, bob] = people;
  const written = { at: clock.ms, for: [hex(bob.identity.publicKey)] };
  await join(await person('carol', { clock }), relay);
  await alice.pump();
  const draft = { body: text('late'), written };
  expect((await alice.member.seal(draft)).type).toBe('sealed');
  clock.ms += 60_001;
  expect(await alice.member.seal(draft)).toEqual({ type: 'ask', newcomers: ['carol'] });
  const asked = await alice.member.seal({ ...draft, written: { ...written, at: clock.ms } });
  expect(asked).toMatchObject({ type: 'sealed', readers: ['bob', 'carol'] });
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

test('a message of 4,062 bytes fits, one more does not, and costs no key', async () => {
  const { people } = await roomOf(['alice', 'bob']);
  const [alice, bob] = people;
  await refuses(alice.member.seal({ body: text('x'.repeat(4063)) }), 'too-big');
  await alice.say('ü'.repeat(2031));
  expect(await bob.pump()).toMatchObject([{ type: 'line', body: { text: 'ü'.repeat(2031) } }]);
});

test('the room code is the same for everybody', async () => {
  const { people } = await roomOf(['alice', 'bob', 'carol']);
  const codes = await Promise.all(people.map(each => each.member.roomCode()));
  expect(new Set(codes).size).toBe(1);
});

test("a room without a link works, with a link in nobody's bundle", async () => {
  const { people } = await roomOf(['alice', 'bob'], { secret: undefined });
  await people[0].say('hi');
  expect(shown(await people[1].pump())).toEqual(['alice: hi']);
  expect((await people[0].member.snapshot()).secret).toBeUndefined();
});

test('a greeting in another suite, or from another time, is said', async () => {
  const someone = await person('alice', { identity: await newIdentity() });
  const hello = { type: 'hello', challenge: random(32), limits: { members: 1, text: 1, frame: 1, awayMs: 1 } } as const;
  const now = 1_800_000_000_000;
  expect(await someone.member.receive({ ...hello, suites: [1, 2], time: now - 299_000 })).toEqual([]);
  expect(await someone.member.receive({ ...hello, suites: [1], time: now - 301_000 })).toEqual([
    { type: 'clock', offMs: 301_000 },
  ]);
  expect(await someone.member.receive({ ...hello, suites: [2], time: now })).toMatchObject([
    { type: 'stopped', code: 'suite' },
  ]);
  await refuses(someone.member.join(), 'unavailable');
});
