/** Whatever happens in a room between two commits: undone, the room is as it was. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Bundle } from '../../../../chat-app/protocol/bundle.ts';
import type { Applicant } from '../../../../chat-app/server/hub/join.ts';
import { admit, refuseJoin } from '../../../../chat-app/server/hub/join.ts';
import { depart } from '../../../../chat-app/server/hub/leave.ts';
import { bytesOf } from '../../../../chat-app/server/hub/line.ts';
import { firstSeq, newRecent } from '../../../../chat-app/server/hub/recent.ts';
import type { Hub, Room } from '../../../../chat-app/server/hub/room.ts';
import { newHub, newRoom } from '../../../../chat-app/server/hub/room.ts';
import { append, refusePlain, retract } from '../../../../chat-app/server/hub/send.ts';

const RULES = { now: 1000, members: 3 };
const PEOPLE = 5;

type Step =
  | { do: 'join'; who: number }
  | { do: 'leave'; nth: number }
  | { do: 'away'; nth: number }
  | { do: 'say'; nth: number; id: number };

const steps = fc.array(
  fc.oneof(
    fc.record({ do: fc.constant('join' as const), who: fc.nat(PEOPLE - 1) }),
    fc.record({ do: fc.constant('leave' as const), nth: fc.nat(2) }),
    fc.record({ do: fc.constant('away' as const), nth: fc.nat(2) }),
    fc.record({ do: fc.constant('say' as const), nth: fc.nat(2), id: fc.nat(9) }),
  ),
  { maxLength: 30 },
);

let created = 0;

/** Person `who` with a bundle newer than any before. */
function applicant(who: number): Applicant {
  created += 1;
  const fill = (length: number, value: number) => new Uint8Array(length).fill(value);
  const sid = new Uint8Array(8);
  new DataView(sid.buffer).setUint32(0, created);
  const claims: Bundle = {
    version: 1,
    room: fill(32, 0),
    name: `person${who}`,
    ik: fill(65, who),
    spk: fill(65, 0),
    sid,
    created,
    expires: 10_000_000,
    tag: fill(32, 0),
    sig: fill(64, 0),
  };
  const bundleId = Buffer.alloc(32);
  bundleId.writeUInt32BE(created);
  return { bundle: Buffer.alloc(290), bundleId, claims, door: null, known: undefined };
}

/** Does the step if the rules allow it; returns what undoes it. */
function run(hub: Hub, room: Room, step: Step): (() => void) | undefined {
  const members = [...room.members.values()];
  if (step.do === 'join') {
    const who = applicant(step.who);
    return refuseJoin(room, who, RULES) ? undefined : admit(hub, { room, applicant: who, rules: RULES }).undo;
  }
  const member = members[step.nth];
  if (!member) return undefined;
  if (step.do === 'leave') return depart(hub, member);
  if (step.do === 'away') {
    member.awaySince = -2 * 3600_000;
    return undefined;
  }
  const line = Buffer.concat([Buffer.of(4), bytesOf(member.sid), Buffer.alloc(16, step.id), Buffer.alloc(80)]);
  if (refusePlain(member, line, RULES.now)) return undefined;
  append(member, line, RULES.now);
  return () => retract(member, line);
}

const IDS = Array.from({ length: 10 }, (_, nth) => Buffer.alloc(16, nth));

const look = (hub: Hub, room: Room) => ({
  members: [...room.members.values()].map(({ name, joinSeq, leftSeq }) => [name, joinSeq, leftSeq]),
  byId: [...hub.members.values()].map(({ name }) => name).sort(),
  door: room.door,
  created: [...room.identities.values()].flatMap(each => (each.created < 0 ? [] : [[each.ik[0], each.created]])),
  seqs: [...room.identities.values()].flatMap(({ id }) =>
    IDS.flatMap(each => (room.recent ? (firstSeq(room.recent, id, each) ?? []) : [])),
  ),
});

test('undone in reverse, everything is as it was', () => {
  fc.assert(
    fc.property(steps, steps, (before, failed) => {
      const hub = newHub(0, 0);
      const room = newRoom(hub, Buffer.alloc(32), 0);
      room.recent = newRecent();
      for (const step of before) run(hub, room, step);
      const was = look(hub, room);
      const { seq, memberSeq } = room;
      const undo = failed.filter(({ do: what }) => what !== 'away').map(step => run(hub, room, step));
      for (const each of undo.toReversed()) each?.();
      Object.assign(room, { seq, memberSeq });
      expect(look(hub, room)).toEqual(was);
    }),
    { numRuns: 500 },
  );
});

test('seqs count on without a gap, and nobody is listed twice', () => {
  fc.assert(
    fc.property(steps, all => {
      const hub = newHub(0, 0);
      const room = newRoom(hub, Buffer.alloc(32), 0);
      room.recent = newRecent();
      for (const step of all) {
        const before = room.seq;
        const done = run(hub, room, step);
        expect(room.seq - before).toBeLessThanOrEqual(2);
        expect(room.seq > before).toBe(done !== undefined);
        const names = [...room.members.values()].map(({ name }) => name);
        expect(new Set(names).size).toBe(names.length);
        expect(names.length).toBeLessThanOrEqual(RULES.members);
        const joins = [...room.members.values()].map(({ joinSeq }) => joinSeq);
        expect(joins).toEqual(joins.toSorted((a, b) => a - b));
      }
    }),
    { numRuns: 500 },
  );
});
