/** Everything that one member knows of one room. Only what runs in the room's queue may touch it. */
import type { Bundle } from '../../protocol/bundle.ts';
import type { Bytes } from '../../protocol/bytes.ts';
import { fail } from '../../protocol/failure.ts';
import { MAX_CHAINS } from '../../protocol/limits.ts';
import type { LeaveReason } from '../../protocol/log.ts';
import { hex } from '../../protocol/text.ts';
import type { ReceivingChain, SendingChain } from './chain.ts';
import type { RoomEvent, StopCode, Who } from './events.ts';
import type { LinkKeys } from './link.ts';
import type { LogView } from './log-view.ts';
import type { Key } from './primitives.ts';
import type { Identity, Session } from './session.ts';
import type { Pins, Verified } from './trust.ts';

/** Clock and randomness; both can be replaced. */
export interface Sources {
  /** Milliseconds since 1970; default Date.now. */
  now(): number;
  /** Default crypto.getRandomValues. */
  random(length: number): Bytes;
}

/** What stays the same as long as this member is in this room. */
export interface Setting extends Sources {
  roomId: string;
  room: Bytes;
  secret: Bytes | undefined;
  link: LinkKeys;
  identity: Identity;
  /** Shared by all rooms. */
  verified: Verified;
}

export interface Peer {
  bundle: Bundle;
  /** The bundle's id. */
  id: Bytes;
  /** The wrap keys of both directions, made when first needed. */
  keys: { toPeer?: Promise<Key>; fromPeer?: Promise<Key> };
}

/** A line of ours that the relay has, or may have. */
export interface SentLine {
  /** SHA-256 of the bytes that were sealed last, hexadecimal. */
  digest: string;
  /** The chain it was sealed on, hexadecimal; empty for a plain line. */
  chain: string;
  /** Where it came back. */
  seq?: number;
}

/** What outlives a reload. */
export interface Lasting {
  /** Under which the next session joins. */
  name: string;
  /** The newest `created` of any own bundle for this room. */
  lastCreated: number;
  /** The session that is listed, or was last. */
  session: Session | undefined;
  listed: boolean;
  log: LogView | undefined;
  /** Seq of the last membership entry. */
  memberSeq: number;
  /** Undefined while not listed. */
  roster: Bytes | undefined;
  /** By hexadecimal sid, as the other two. */
  peers: Map<string, Peer>;
  outsiders: Map<string, Bundle>;
  /** Receiving chains, by hexadecimal id. */
  chains: Map<string, ReceivingChain>;
  /** Chains that ended, with what a message on them is refused with: `no-chain` under this roster, or an older one. */
  ended: Map<string, 'no-chain' | 'roster-mismatch'>;
  /** How many chains each session has begun under this roster, one's own too, by hexadecimal sid. */
  begun: Map<string, number>;
  /** Bundle ids that have left, with when they expire. */
  gone: Map<string, number>;
  pins: Pins;
  /** Own lines by hexadecimal id, oldest first. */
  sent: Map<string, SentLine>;
  /** (identity, id) of lines that were shown, oldest first. */
  seen: Set<string>;
  /** When the log was last known to be complete, milliseconds since 1970. */
  syncedAt: number;
  /** Has any bundle but one's own ever been announced here? */
  metOthers: boolean;
  /** A leave by `replaced` whose join has not come yet. */
  replaced: (Who & { seq: number; reason: LeaveReason; outsider: boolean }) | undefined;
  stopped: { code: StopCode; seq: number } | undefined;
}

/** Replaying: entries that passed while we were away are being followed. Only in sync is anything sealed. */
export type Phase = 'away' | 'replaying' | 'synced';

export interface State extends Lasting {
  setting: Setting;
  /** From the relay's greeting; undefined without a connection. */
  challenge: Bytes | undefined;
  /** Announced by a join that is not answered yet. */
  pending: Session | undefined;
  phase: Phase;
  /** Never outlives a reload: no key or IV can be used twice. */
  sending: { chain: SendingChain; keys: Bytes | undefined } | undefined;
  /** An envelope whose message comes next. */
  key: Bytes | undefined;
}

/** The least that a browser must not forget about a room. Nothing in it is secret. */
export type Remembered = Pick<Lasting, 'name' | 'lastCreated' | 'pins' | 'metOthers'>;

export const remembered = ({ name, lastCreated, pins, metOthers }: Lasting): Remembered => ({
  name,
  lastCreated,
  pins: new Map(pins),
  metOthers,
});

export const newLasting = (name: string, known?: Remembered): Lasting => ({
  name,
  lastCreated: known?.lastCreated ?? 0,
  session: undefined,
  listed: false,
  log: undefined,
  memberSeq: 0,
  roster: undefined,
  peers: new Map(),
  outsiders: new Map(),
  chains: new Map(),
  ended: new Map(),
  begun: new Map(),
  gone: new Map(),
  pins: new Map(known?.pins),
  sent: new Map(),
  seen: new Set(),
  syncedAt: 0,
  metOthers: known?.metOthers ?? false,
  replaced: undefined,
  stopped: undefined,
});

export const newState = (setting: Setting, lasting: Lasting): State => ({
  ...lasting,
  setting,
  challenge: undefined,
  pending: undefined,
  phase: 'away',
  sending: undefined,
  key: undefined,
});

/** The history is not what it was: nothing is sealed from here on, also after a restart. */
export function stop(state: State, { code }: { code: StopCode }, seq: number): RoomEvent[] {
  state.stopped ??= { code, seq };
  return [{ type: 'stopped', code, seq }];
}

/** One more chain of this session, which may have begun no more than `MAX_CHAINS` under this roster. */
export const countChain = ({ begun }: State, sid: string): void => void begun.set(sid, (begun.get(sid) ?? 0) + 1);

export const hasBegunAll = ({ begun }: State, sid: string): boolean => (begun.get(sid) ?? 0) >= MAX_CHAINS;

/** The listed session; fails with `removed` without one. */
export function ownSession({ session, listed }: State): Session {
  return session && listed ? session : fail('removed');
}

export const who = ({ name, ik }: Pick<Bundle, 'name' | 'ik'>): Who => ({ name, identity: hex(ik) });
