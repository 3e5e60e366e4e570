import type { DatabaseSync } from 'node:sqlite';
import type { Places } from './places.ts';
import type { Batch } from './store.ts';

/** As much as a turn commonly writes: a disk that is full to the last page must not look well. */
const CHECK_BYTES = 16 * 1024;

/** One transaction for each batch. */
export function writer(db: DatabaseSync, places: Places): { write: (batch: Batch) => void; check: () => void } {
  const put = prepareWrites(db);
  const begin = db.prepare('BEGIN IMMEDIATE');
  const commit = db.prepare('COMMIT');

  function transaction(work: () => void): void {
    if (db.isTransaction) db.exec('ROLLBACK');
    begin.run();
    try {
      work();
      commit.run();
    } catch (error) {
      // SQLite itself may have rolled back already, as it does on a full disk.
      if (db.isTransaction) db.exec('ROLLBACK');
      throw error;
    }
  }

  return {
    write: batch => {
      let placed = () => {};
      transaction(() => {
        placed = writeAll(put, places, batch);
      });
      placed();
    },
    check: () => transaction(() => put.check.run(CHECK_BYTES)),
  };
}

type Writes = ReturnType<typeof prepareWrites>;

const TRIMMED = 'room = ?1 AND seq <= ?2 AND seq <= (SELECT head_seq FROM room WHERE id = ?1)';

const prepareWrites = (db: DatabaseSync) => ({
  room: db.prepare(
    'INSERT INTO room (id, hash, door, member_seq, head_seq, head, messages) VALUES (?, ?, ?, 0, 0, zeroblob(32), 0)',
  ),
  identity: db.prepare(
    'INSERT INTO identity (id, room, ik, created) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET created = excluded.created',
  ),
  join: db.prepare(
    'INSERT INTO session (room, identity, bundle_id, bundle, expires, joined_seq) VALUES (?, ?, ?, ?, ?, ?)',
  ),
  leave: db.prepare('UPDATE session SET left_seq = ? WHERE bundle_id = ?'),
  memberSeq: db.prepare('UPDATE room SET member_seq = max(member_seq, ?) WHERE id = ?'),
  entry: db.prepare('INSERT INTO entry (id, room, seq, at, sender, body, keys) VALUES (?, ?, ?, ?, ?, ?, ?)'),
  checkpoint: db.prepare('UPDATE room SET head_seq = ?, head = ?, messages = ? WHERE id = ? AND head_seq < ?'),
  trim: db.prepare(`DELETE FROM entry WHERE id IN (SELECT entry FROM place WHERE ${TRIMMED})`),
  prune: db.prepare('DELETE FROM session WHERE left_seq IS NOT NULL AND expires < ?'),
  check: db.prepare("INSERT OR REPLACE INTO meta (key, value) VALUES ('check', zeroblob(?))"),
});

/** Returns what is to be called after the commit. */
function writeAll(put: Writes, places: Places, batch: Batch): () => void {
  for (const { id, hash, door } of batch.rooms) put.room.run(id, hash, door);
  for (const { id, room, ik, created } of batch.identities) put.identity.run(id, room, ik, created);
  for (const { room, identity, bundleId, bundle, expires, joinSeq } of batch.joins) {
    put.join.run(room, identity, bundleId, bundle, expires, joinSeq);
    put.memberSeq.run(joinSeq, room);
  }
  for (const { room, bundleId, leftSeq } of batch.leaves) {
    put.leave.run(leftSeq, bundleId);
    put.memberSeq.run(leftSeq, room);
  }
  let id = places.number(batch.entries);
  for (const { room, seq, at, sender, body, keys } of batch.entries) {
    put.entry.run(id, room, seq, at, sender, body, keys);
    id += 1;
  }
  const placed = places.place(batch.entries, batch.trims.length > 0);
  for (const { room, seq, head, messages } of batch.checkpoints) put.checkpoint.run(seq, head, messages, room, seq);
  for (const { room, upTo } of batch.trims) put.trim.run(room, upTo);
  if (batch.pruneBefore !== undefined) put.prune.run(batch.pruneBefore);
  return placed;
}
