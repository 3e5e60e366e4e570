/** From what SQLite gives back to records. */
import type { SQLOutputValue } from 'node:sqlite';
import type { Checkpoint, EntryRecord, IdentityRecord, RoomRecord, SentRecord, SessionRecord } from './store.ts';

export type Row = Record<string, SQLOutputValue>;

export const toRoom = (row: Row, seq: number, members: SessionRecord[]): RoomRecord => ({
  id: number(row.id),
  hash: bytes(row.hash),
  door: optional(row.door, bytes),
  seq,
  memberSeq: number(row.member_seq),
  checkpoint: toCheckpoint(row),
  members,
});

export const toCheckpoint = (row: Row): Checkpoint => ({
  seq: number(row.head_seq),
  head: bytes(row.head),
  messages: number(row.messages),
});

export const toIdentity = (row: Row): IdentityRecord => ({
  id: number(row.id),
  room: number(row.room),
  ik: bytes(row.ik),
  created: number(row.created),
});

export const toSession = (row: Row): SessionRecord => ({
  room: number(row.room),
  identity: number(row.identity),
  bundleId: bytes(row.bundle_id),
  bundle: bytes(row.bundle),
  expires: number(row.expires),
  joinSeq: number(row.joined_seq),
  leftSeq: optional(row.left_seq, number),
});

export const toEntry = (row: Row): EntryRecord => ({
  room: number(row.room),
  seq: number(row.seq),
  at: number(row.at),
  sender: optional(row.sender, number),
  body: bytes(row.body),
  keys: optional(row.keys, bytes),
});

export const toSent = (row: Row): SentRecord => ({
  sender: number(row.sender),
  seq: number(row.seq),
  at: number(row.at),
  start: bytes(row.start),
});

function number(value: SQLOutputValue | undefined): number {
  if (typeof value !== 'number') throw new TypeError(`a number was expected in the store, not ${typeof value}`);
  return value;
}

function bytes(value: SQLOutputValue | undefined): Buffer {
  if (!(value instanceof Uint8Array)) throw new TypeError(`bytes were expected in the store, not ${typeof value}`);
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
}

const optional = <T>(value: SQLOutputValue | undefined, read: (value: SQLOutputValue) => T): T | null =>
  value === null || value === undefined ? null : read(value);
