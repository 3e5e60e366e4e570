/** Sessions that end, are renewed, and outlive a reload. */
import { describe, expect, test } from 'vitest';
import { thawMember } from '../../../../chat-app/client/crypto/index.ts';
import { random } from '../../../../chat-app/client/crypto/primitives.ts';
import { LEAVE } from '../../../../chat-app/protocol/log.ts';
import { hex } from '../../../../chat-app/protocol/text.ts';
import { join, online, person, refuses, resume, roomOf, sealed, shown, text, types } from './support/people.ts';
import { Relay } from './support/relay.ts';

const HOUR = 3_600_000;

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
