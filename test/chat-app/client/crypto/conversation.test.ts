/** People who talk over an honest relay. */
import { expect, test } from 'vitest';
import { newIdentity } from '../../../../chat-app/client/crypto/index.ts';
import { random } from '../../../../chat-app/client/crypto/primitives.ts';
import { LEAVE } from '../../../../chat-app/protocol/log.ts';
import { hex } from '../../../../chat-app/protocol/text.ts';
import { join, online, person, refuses, resume, roomOf, sealed, shown, text, types } from './support/people.ts';

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
