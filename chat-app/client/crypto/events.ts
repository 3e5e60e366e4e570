/** What happens in a room, as one person is told it (e2ee/1, section 13 says what each one shows). */
import type { Code } from '../../protocol/failure.ts';
import type { LeaveReason } from '../../protocol/log.ts';
import type { Body } from './content.ts';

/** Somebody in a room. Bytes are hexadecimal, so that they compare and serve as keys. */
export interface Who {
  name: string;
  /** The public key of the identity (`ik`). */
  identity: string;
}

/** A line that was opened. An edit or delete counts only when `identity` wrote the line that it names. */
export interface LineEvent extends Who {
  type: 'line';
  seq: number;
  /** Hexadecimal; one (identity, id) is shown once. */
  id: string;
  body: Body;
  /** The sender's clock, milliseconds since 1970. */
  sentAt: number;
  /** The sender's view of the log is not ours; a `fork` event comes with it. */
  fork: boolean;
  /** The sender's view is too old to compare. */
  unchecked: boolean;
  /** Comes from a key that stands under a verified name and has not been accepted. */
  unaccepted: boolean;
}

export type TrustEvent =
  | ({ type: 'new-key' | 'key-changed' | 'verified-key-changed' } & Who)
  /** An identity that was verified under another name. */
  | ({ type: 'other-name'; verifiedAs: string } & Who);

export type MemberEvent =
  | ({ type: 'joined'; seq: number } & Who)
  | ({ type: 'left'; seq: number; reason: LeaveReason; outsider: boolean } & Who)
  /** In the room without its link: cannot read or be read. */
  | ({ type: 'outsider' } & Who)
  /** The relay announced a key that cannot be right; `name` is what it claims, if that is a name. */
  | { type: 'refused'; code: Code; name: string | undefined }
  /** Our own session is no longer listed: join again. */
  | { type: 'removed'; seq: number; reason: LeaveReason };

export type LogEvent =
  /** `id` is ours, hexadecimal, and the relay has logged exactly what we sealed. */
  | { type: 'delivered'; id: string; seq: number }
  /** Entries between two sessions that were never shown to us, both ends included. */
  | { type: 'unseen'; from: number; to: number }
  /** This member's view of the log is not ours. */
  | ({ type: 'fork'; seq: number } & Who)
  /** The relay has changed the history, or speaks another suite. Nothing is sealed from here on. */
  | { type: 'stopped'; code: StopCode; seq: number }
  | { type: 'synced'; seq: number };

export type ReadingEvent =
  | LineEvent
  | ({ type: 'missing'; count: number } & Who)
  /** A line that could not be opened; `name` is who it claims to be from, if listed. */
  | { type: 'unreadable'; code: Code; seq: number; name: string | undefined }
  /** Shows nothing: replays, duplicates and ephemeral events that could not be opened. */
  | { type: 'ignored'; code: Code; name: string | undefined }
  | ({ type: 'typing' } & Who)
  /** Has read up to `seq`. */
  | ({ type: 'read'; seq: number } & Who);

export type ClockEvent = {
  type: 'clock';
  /** Ours minus the relay's, milliseconds. */
  offMs: number;
};

export type StopCode = 'suite' | 'log-gap' | 'log-rollback' | 'own-altered' | 'fork';

export type RoomEvent = TrustEvent | MemberEvent | LogEvent | ReadingEvent | ClockEvent;
