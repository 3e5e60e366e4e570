/** A room on the real relay, for people of both implementations. */
import { expect } from 'vitest';
import { newLinkSecret } from '../../../../chat-app/client/crypto/index.ts';
import { running } from '../../server/support/relay.ts';
import { PATH } from '../implementation/frames.ts';
import type { Kind } from './core.ts';
import { core } from './core.ts';
import type { Person } from './person.ts';
import { connect, heardAll, linesOf, person } from './person.ts';

export interface Room {
  /** Somebody comes in. */
  come(kind: Kind, name: string): Promise<Person>;
  /** Moves everybody's clock. */
  pass(ms: number): Promise<void>;
}

export async function newRoom({ linked } = { linked: true }): Promise<Room> {
  const { url, clock } = await running();
  const secret = linked ? newLinkSecret() : undefined;
  const place = { url: `${url.replace('http', 'ws')}${PATH}`, pass: clock.pass };
  const come = async (kind: Kind, name: string): Promise<Person> => {
    const someone = person(await core(kind, { roomId: 'harbour', name, secret, now: clock.now }), place);
    await connect(someone);
    return someone;
  };
  return { come, pass: clock.pass };
}

const TROUBLE: readonly string[] = ['failed', 'missing', 'refused', 'outsider', 'unseen', 'stopped', 'no'];

export const trouble = (...people: Person[]) =>
  people.flatMap(({ inbox }) => inbox.happened.filter(({ what }) => TROUBLE.includes(what)));

/** Everybody has followed the same log, and reads the same room code. */
export async function agree(...people: Person[]): Promise<void> {
  for (const each of people) await heardAll(each);
  const logs = await Promise.all(people.map(({ core }) => core.log()));
  expect(new Set(logs.map(({ seq, head }) => `${seq} ${head}`)).size).toBe(1);
  const codes = await Promise.all(people.map(({ core }) => core.roomCode()));
  expect(new Set(codes).size).toBe(1);
}

/** What somebody has read: author, kind, text, and what it is about. */
export const read = (someone: Person) => linesOf(someone).map(({ from, body }) => ({ from, ...body }));
