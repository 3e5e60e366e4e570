/** What one member knows of one room, and what it tells. */
import type { Bundle } from './bundle.ts';
import type { Bytes } from './bytes.ts';
import { cat, hex, label, u16, u64, utf8 } from './bytes.ts';
import type { ReceivingChain, SendingChain } from './chain.ts';
import type { Body } from './content.ts';
import type { Pair } from './primitives.ts';
import type { LinkKeys, Log } from './room.ts';

export type Happening =
  | { what: 'line'; seq: number; from: string; id: string; body: Body; fork: boolean; unchecked: boolean }
  /** A line of one's own, as it was sealed. */
  | { what: 'delivered'; id: string; seq: number }
  /** An entry or event that could not be taken. */
  | { what: 'failed'; code: string; from: string | undefined }
  | { what: 'missing'; count: number; from: string }
  | { what: 'signal'; kind: number; upTo: number | undefined; from: string }
  | { what: 'refused' | 'key'; code: string; name: string | undefined }
  | { what: 'outsider' | 'joined'; name: string }
  | { what: 'left'; name: string; reason: number }
  /** Our own session is over. */
  | { what: 'removed'; reason: number }
  | { what: 'unseen'; from: number; to: number }
  | { what: 'stopped'; code: string }
  | { what: 'synced'; seq: number }
  | { what: 'no'; code: string; id: string | undefined; seq: number | undefined; retryMs: number | undefined };

export interface Session {
  /** ECDH */
  pair: Pair;
  bundle: Bundle;
}

export interface State {
  room: Bytes;
  link: LinkKeys;
  identity: Pair;
  now: () => number;
  name: string;
  lastCreated: number;
  challenge: Bytes | undefined;
  /** Announced by a join that has no answer. */
  pending: Session | undefined;
  /** The one that is listed. */
  session: Session | undefined;
  phase: 'away' | 'replaying' | 'synced';
  log: Log | undefined;
  /** Seq of the last membership entry. */
  memberSeq: number;
  roster: Bytes | undefined;
  /** By hexadecimal sid. */
  peers: Map<string, Bundle>;
  outsiders: Map<string, Bundle>;
  /** Bundle ids that have left, and when they expire. */
  gone: Map<string, number>;
  pins: Map<string, { ik: Bytes; created: number }>;
  sending: { chain: SendingChain; keys: Bytes | undefined } | undefined;
  receiving: Map<string, ReceivingChain>;
  /** Chains that ended, and what a message on them fails with. */
  ended: Map<string, 'no-chain' | 'roster-mismatch'>;
  /** How many chains each has begun under this roster, by sid. */
  begun: Map<string, number>;
  /** The frame before, if it was an `82`. */
  key: Bytes | undefined;
  /** Own lines by id, as they were sealed last. */
  sent: Map<string, { bytes: Bytes; chain: string; seq?: number }>;
  /** (identity, id) of lines that were shown. */
  seen: Set<string>;
  syncedAt: number;
  metOthers: boolean;
  /** A leave by `replaced`, whose join may come next. */
  replaced: { name: string; ik: Bytes } | undefined;
  stopped: string | undefined;
}

export function stop(state: State, code: string): Happening[] {
  state.stopped ??= code;
  return [{ what: 'stopped', code }];
}

/** What `ik` signs over a plain line (section 10); `bundle` is the author's. */
export const plainSigned = (
  { room, id: bundleId }: Pick<Bundle, 'room' | 'id'>,
  said: { id: Bytes; sentAt: number; text: string },
): Buffer => cat(label('plain'), u16(1), room, bundleId, said.id, u64(said.sentAt), utf8(said.text));

export const nameOf = (state: State, sid: Bytes): string | undefined => state.peers.get(hex(sid))?.name;
