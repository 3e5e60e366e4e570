/** Somebody without a browser, in the hands of the test: the second implementation, with all of its insides. */
import { decodeClientFrame, encodeRelayFrame, type RelayFrame } from '../../../chat-app/protocol/frames.ts';
import type { Bytes } from '../second/implementation/bytes.ts';
import type { Body } from '../second/implementation/content.ts';
import { KIND } from '../second/implementation/content.ts';
import { follow } from '../second/implementation/following.ts';
import { type Data, readFrame } from '../second/implementation/frames.ts';
import { outside } from '../second/implementation/member.ts';
import { join } from '../second/implementation/seat.ts';
import type { Happening, State } from '../second/implementation/state.ts';
import { sealLine } from '../second/implementation/writing.ts';
import { hello } from './liar.ts';
import { bytes, type Guest, type Room, type Visit } from './room.ts';

export interface Puppet {
  state: State;
  /** What it was told, or could not open. */
  happened: Happening[];
  visit: Visit;
  guest(): Guest;
  /** Joins, with a new session if it has one. */
  come(name?: string): void;
  /** What sealing gives, not sent. */
  sealed(text: string, more?: Partial<Body> & { id?: Bytes }): Sealed;
  /** Sends what was sealed, or a text. */
  say(what: string | Sealed): void;
}

export type Sealed = Extract<ReturnType<typeof decodeClientFrame>, { type: 'first' | 'msg' }>;

export interface Person {
  /** Default: the room's. */
  secret?: Bytes | undefined;
  identity?: State['identity'];
}

export function puppet(room: Room, name: string, who: Person = {}): Puppet {
  const secret = 'secret' in who ? who.secret : room.secret;
  const state = outside({ roomId: room.id, name, secret, now: Date.now });
  if (who.identity) state.identity = who.identity;
  const happened: Happening[] = [];
  const hear = (frame: RelayFrame) => void happened.push(...follow(state, readFrame(dataOf(encodeRelayFrame(frame)))));
  const visit: Visit = { guest: undefined, say: (...frames) => frames.forEach(hear), cut: () => undefined };
  const send = (data: Data) => room.hear(decodeClientFrame(typeof data === 'string' ? data : bytes(data)), visit);
  const sealed: Puppet['sealed'] = (text, { id, ...more } = {}) => {
    const { frame } = sealLine(state, { kind: KIND.text, text, ...more }, id);
    return decodeClientFrame(typeof frame === 'string' ? frame : bytes(frame)) as Sealed;
  };
  return {
    state,
    happened,
    visit,
    sealed,
    guest: () => visit.guest ?? fail(name),
    come: as => {
      hear(hello());
      send(join(state, as));
    },
    say: what => room.hear(typeof what === 'string' ? sealed(what) : what, visit),
  };
}

const dataOf = (data: string | Uint8Array): Data => (typeof data === 'string' ? data : Buffer.from(data));

const fail = (name: string): never => {
  throw new Error(`${name} has no seat`);
};
