/** What a relay remembers. One interface, so that another store can take the place of SQLite; one writer at any time. */

/**
 * Every method rejects when the store cannot be asked. Whatever `write` has resolved survives a crash and a power cut;
 * whatever it has rejected is not there. Buffers that come out are the caller's.
 */
export interface Store {
  /** The highest numbers in use; the relay counts on from them. */
  lastIds(): Promise<Ids>;
  /** How many rooms and identities there are: what is never forgotten. */
  kept(): Promise<Kept>;
  /** Every room that has members. */
  listedRooms(): Promise<RoomRecord[]>;
  /** The room of this hash and, in it, the identity with this key; each undefined when never seen. */
  lookup(hash: Buffer, ik: Buffer): Promise<{ room: RoomRecord | undefined; identity: IdentityRecord | undefined }>;
  /** A session that is listed, or has left and is not pruned yet. */
  session(bundleId: Buffer): Promise<SessionRecord | undefined>;
  /** In order, at most `limit`. */
  entries(room: number, range: Range, limit: number): Promise<EntryRecord[]>;
  /** The lowest seq that is still kept; undefined when none is. */
  oldest(room: number): Promise<number | undefined>;
  /** Of what members have sent since `since` (ms), with seqs below `before`: the newest `limit`, in order. */
  sent(room: number, range: Since, limit: number): Promise<SentRecord[]>;
  /** Among the oldest `limit` entries of all rooms, those from before `before` (ms): the highest seq of each room. */
  expired(before: number, limit: number): Promise<{ room: number; upTo: number }[]>;
  /** About how many bytes are in use for all that is kept. */
  size(): Promise<number>;
  /** How far the log of a room has been hashed. */
  checkpoint(room: number): Promise<Checkpoint | undefined>;
  /** All of it, or nothing. */
  write(batch: Batch): Promise<void>;
  /** Rejects when nothing can be written now. Really writes. */
  check(): Promise<void>;
  close(): Promise<void>;
}

/** `after < seq <= upTo` */
export interface Range {
  after: number;
  upTo: number;
}

export interface Ids {
  room: number;
  identity: number;
}

export interface Since {
  /** ms */
  since: number;
  before: number;
}

export interface Kept {
  rooms: number;
  identities: number;
}

/** The head of the log right after entry `seq`; `messages` is the number of `msg` entries up to there. */
export interface Checkpoint {
  seq: number;
  head: Buffer;
  messages: number;
}

export interface RoomRecord {
  id: number;
  hash: Buffer;
  /** SHA-256 of the door; null when the room is open to all. */
  door: Buffer | null;
  /** Of the last entry. */
  seq: number;
  /** Of the last join or leave. */
  memberSeq: number;
  checkpoint: Checkpoint;
  /** Who is listed, in the order of joins. */
  members: SessionRecord[];
}

/** One key in one room, kept for good. */
export interface IdentityRecord {
  id: number;
  room: number;
  ik: Buffer;
  /** Of its newest bundle, ms. */
  created: number;
}

export interface SessionRecord {
  room: number;
  identity: number;
  bundleId: Buffer;
  bundle: Buffer;
  /** When the bundle expires, ms. */
  expires: number;
  joinSeq: number;
  /** null while it is listed. */
  leftSeq: number | null;
}

export interface EntryRecord {
  room: number;
  seq: number;
  /** When the relay took it, ms. */
  at: number;
  /** The identity that sent it; null for joins and leaves. */
  sender: number | null;
  /** The entry as the log hashes it: kind byte, then its bytes. */
  body: Buffer;
  /** The keys of a chain's first message: each member is given its own envelope only. */
  keys: Buffer | null;
}

export interface SentRecord {
  sender: number;
  seq: number;
  at: number;
  /** The first 45 bytes of the entry: enough for the id of the line. */
  start: Buffer;
}

/** Everything that one turn of the event loop has to say, written in this order. */
export interface Batch {
  rooms: Pick<RoomRecord, 'id' | 'hash' | 'door'>[];
  /** New ones, and known ones with a newer `created`. */
  identities: IdentityRecord[];
  /** Sessions that have joined; `leftSeq` is null. */
  joins: SessionRecord[];
  leaves: { room: number; bundleId: Buffer; leftSeq: number }[];
  entries: EntryRecord[];
  /** Never moves back. */
  checkpoints: ({ room: number } & Checkpoint)[];
  /** Forgets entries up to a seq that the checkpoint of the room has reached. */
  trims: { room: number; upTo: number }[];
  /** Forgets sessions that have left and whose bundle expired before this time, ms. */
  pruneBefore: number | undefined;
}

export const emptyBatch = (): Batch => ({
  rooms: [],
  identities: [],
  joins: [],
  leaves: [],
  entries: [],
  checkpoints: [],
  trims: [],
  pruneBefore: undefined,
});

/** How much of an entry `sent` gives back. */
export const START_BYTES = 45;
