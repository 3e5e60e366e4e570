/** The tables, as steps that the previous release can run on. */
export interface Migration {
  version: number;
  /** The oldest schema version whose program can still run on the file afterwards. */
  compatibleWith: number;
  sql: string;
}

/**
 * `room`, `identity` are kept for good (door, head, the newest bundle of each key); `session` until a departed one is
 * useless; `entry` for as long as history is kept. `entry.id` grows with time, so the oldest are found without an index.
 */
const FIRST = `
  CREATE TABLE room (
    id INTEGER PRIMARY KEY,
    hash BLOB NOT NULL UNIQUE,
    door BLOB,
    member_seq INTEGER NOT NULL,
    head_seq INTEGER NOT NULL,
    head BLOB NOT NULL,
    messages INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE identity (
    id INTEGER PRIMARY KEY,
    room INTEGER NOT NULL,
    ik BLOB NOT NULL,
    created INTEGER NOT NULL,
    UNIQUE (room, ik)
  ) STRICT;
  CREATE TABLE session (
    id INTEGER PRIMARY KEY,
    room INTEGER NOT NULL,
    identity INTEGER NOT NULL,
    bundle_id BLOB NOT NULL UNIQUE,
    bundle BLOB NOT NULL,
    expires INTEGER NOT NULL,
    joined_seq INTEGER NOT NULL,
    left_seq INTEGER
  ) STRICT;
  CREATE INDEX session_listed ON session (room, joined_seq) WHERE left_seq IS NULL;
  CREATE INDEX session_departed ON session (expires) WHERE left_seq IS NOT NULL;
  CREATE TABLE entry (
    id INTEGER PRIMARY KEY,
    room INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    at INTEGER NOT NULL,
    sender INTEGER,
    body BLOB NOT NULL,
    keys BLOB
  ) STRICT;
  CREATE UNIQUE INDEX entry_order ON entry (room, seq);
`;

/**
 * `place` takes the place of the index on (room, seq): places.ts says why. The release before runs on the file without it,
 * slower the more there is, and what it deletes is taken out here.
 */
const PLACES = `
  CREATE TABLE place (
    room INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    entry INTEGER NOT NULL,
    PRIMARY KEY (room, seq)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO place (room, seq, entry) SELECT room, seq, id FROM entry ORDER BY room, seq;
  CREATE TRIGGER entry_gone AFTER DELETE ON entry BEGIN
    DELETE FROM place WHERE room = old.room AND seq = old.seq;
  END;
  DROP INDEX entry_order;
`;

export const MIGRATIONS: readonly Migration[] = [
  { version: 1, compatibleWith: 1, sql: FIRST },
  { version: 2, compatibleWith: 1, sql: PLACES },
];
