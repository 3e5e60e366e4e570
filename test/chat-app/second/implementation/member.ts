/**
 * A second implementation of e2ee/1, written from docs/protocol.md. It shares no code with the chat: what one of the
 * two gets wrong, the other one notices. Not for use: it keeps nothing, and its keys lie in memory.
 */
import type { Bytes } from './bytes.ts';
import { hex, unhex } from './bytes.ts';
import type { Body } from './content.ts';
import { follow } from './following.ts';
import type { Data } from './frames.ts';
import { readFrame } from './frames.ts';
import { roomCode } from './numbers.ts';
import { newPair, random } from './primitives.ts';
import { linkKeys, roomOf } from './room.ts';
import { disconnected, join, resume } from './seat.ts';
import type { Happening, State } from './state.ts';
import type { Sealed } from './writing.ts';
import { sealEvent, sealLine, writePlain } from './writing.ts';

export interface SecondMember {
  ik: Bytes;
  /** Takes what the WebSocket delivers, in order. */
  hear(data: Data): Happening[];
  join(name?: string): Data;
  /** Undefined when a join is due. */
  resume(): Data | undefined;
  disconnected(): void;
  /** `id` is hexadecimal. */
  seal(body: Body, id?: string): Sealed;
  /** Typing; or read, up to a seq. */
  signal(upTo?: number): Data;
  plain(text: string): Data;
  roomCode(): string;
  log(): { seq: number; head: string };
  /** Names of those who are counted, oneself not. */
  people(): string[];
}

export interface Start {
  roomId: string;
  name: string;
  secret?: Bytes | undefined;
  now?: () => number;
}

export function secondMember({ roomId, name, secret, now = Date.now }: Start): SecondMember {
  const state = outside({ roomId, name, secret, now });
  const { point } = state.identity;
  return {
    ik: point,
    hear: data => follow(state, readFrame(data)),
    join: as => join(state, as),
    resume: () => resume(state),
    disconnected: () => disconnected(state),
    seal: (body, id) => sealLine(state, body, id === undefined ? undefined : unhex(id)),
    signal: upTo => sealEvent(state, upTo),
    plain: text => writePlain(state, text),
    roomCode: () => roomCode([point, ...[...state.peers.values()].map(({ ik }) => ik)]),
    log: () => ({ seq: state.log?.seq ?? 0, head: hex(state.log?.head ?? random(0)) }),
    people: () => [...state.peers.values()].map(each => each.name),
  };
}

export const outside = ({ roomId, name, secret, now }: Required<Start>): State => ({
  room: roomOf(roomId),
  link: linkKeys(secret, roomOf(roomId)),
  identity: newPair(),
  now,
  name,
  lastCreated: 0,
  challenge: undefined,
  pending: undefined,
  session: undefined,
  phase: 'away',
  log: undefined,
  memberSeq: 0,
  roster: undefined,
  peers: new Map(),
  outsiders: new Map(),
  gone: new Map(),
  pins: new Map(),
  sending: undefined,
  receiving: new Map(),
  ended: new Map(),
  begun: new Map(),
  key: undefined,
  sent: new Map(),
  seen: new Set(),
  syncedAt: 0,
  metOthers: false,
  replaced: undefined,
  stopped: undefined,
});
