/** What follows from the core's view of the room: who is a member, whether sending has stopped, what is to be asked. */
import type { Listed, Snapshot } from '../crypto/index.ts';
import type { Change } from './changes.ts';
import type { Desk } from './desk.ts';
import { failedHere, haltFor } from './halts.ts';
import { wordsOf } from './outbox.ts';
import type { Outsider, Question, Trust } from './state.ts';

export const roster = (desk: Desk, { people }: Snapshot): Change => ({
  type: 'roster',
  people: people
    .filter(({ outsider }) => !outsider)
    .map(person => ({
      sid: person.sid,
      identity: person.identity,
      name: person.name,
      trust: trustIn(desk, person),
      ...(person.verifiedAs && person.verifiedAs !== person.name && { verifiedAs: person.verifiedAs }),
    })),
  outsiders: people.filter(({ outsider }) => outsider).map(person => asOutsider(desk, person)),
});

function trustIn({ met }: Desk, { blocked, verifiedAs, identity }: Listed): Trust {
  if (blocked) return 'key changed';
  return verifiedAs ? 'verified' : (met.get(identity) ?? 'not compared');
}

function asOutsider({ state, clock }: Desk, { sid, name }: Listed): Outsider {
  return state.outsiders.find(one => one.sid === sid) ?? { sid, name, at: clock.now() };
}

export const halt = ({ state, fault }: Desk, snapshot: Snapshot): Change => ({
  type: 'halt',
  halt: fault === undefined ? haltFor(state, snapshot) : failedHere(fault),
});

export const fault = (error: unknown): Change => ({ type: 'halt', halt: failedHere(error) });

/** One question at a time, the gravest first. */
export function question({ forks, late, outbox, alone, leftAlone, plainAsked, state }: Desk): Question | undefined {
  const fork = [...forks.values()].find(({ answered }) => !answered);
  const names = state.people.map(({ name }) => name);
  if (fork) return { kind: 'fork', name: fork.name };
  if (late) return { kind: 'send-late', names: late.names, texts: outbox.map(wordsOf) };
  if (alone.length > 0 && names.length > 0) return { kind: 'send-alone', names, texts: alone.map(wordsOf) };
  if (leftAlone) return { kind: 'left-alone' };
  return plainAsked ? { kind: 'plain-on' } : undefined;
}
