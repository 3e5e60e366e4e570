/** The store in memory, gone with the process: for the rooms of the probe, which leave nothing behind. */
import type { Batch, Checkpoint, EntryRecord, IdentityRecord, RoomRecord, SessionRecord, Store } from './store.ts';
import { START_BYTES } from './store.ts';

type KeptRoom = Omit<RoomRecord, 'members' | 'seq'>;

interface Kept {
  rooms: Map<number, KeptRoom>;
  identities: Map<number, IdentityRecord>;
  sessions: SessionRecord[];
  /** In the order of arrival. */
  entries: EntryRecord[];
}

export function memoryStore(): Store {
  const kept: Kept = { rooms: new Map(), identities: new Map(), sessions: [], entries: [] };
  return {
    ...roomReads(kept),
    ...entryReads(kept),
    size: async () => kept.entries.reduce((sum, { body, keys }) => sum + body.length + (keys?.length ?? 0), 0),
    session: async bundleId => kept.sessions.find(each => each.bundleId.equals(bundleId)),
    write: async batch => writeAll(kept, batch),
    check: async () => {},
    close: async () => {},
  };
}

const roomReads = (kept: Kept): Pick<Store, 'lastIds' | 'kept' | 'listedRooms' | 'lookup' | 'checkpoint'> => ({
  lastIds: async () => ({ room: Math.max(0, ...kept.rooms.keys()), identity: Math.max(0, ...kept.identities.keys()) }),
  kept: async () => ({ rooms: kept.rooms.size, identities: kept.identities.size }),
  listedRooms: async () =>
    [...kept.rooms.values()].map(room => record(kept, room)).filter(({ members }) => members.length > 0),
  lookup: async (hash, ik) => {
    const room = [...kept.rooms.values()].find(each => each.hash.equals(hash));
    const identity = [...kept.identities.values()].find(each => each.room === room?.id && each.ik.equals(ik));
    return { room: room && record(kept, room), identity };
  },
  checkpoint: async room => kept.rooms.get(room)?.checkpoint,
});

const entryReads = (kept: Kept): Pick<Store, 'entries' | 'oldest' | 'sent' | 'expired'> => {
  const inRoom = (room: number) => kept.entries.filter(each => each.room === room);
  return {
    entries: async (room, { after, upTo }, limit) =>
      inRoom(room)
        .filter(({ seq }) => seq > after && seq <= upTo)
        .slice(0, limit),
    oldest: async room => inRoom(room)[0]?.seq,
    sent: async (room, { since, before }, limit) =>
      inRoom(room)
        .flatMap(({ sender, seq, at, body }) =>
          sender === null || at < since || seq >= before
            ? []
            : [{ sender, seq, at, start: body.subarray(0, START_BYTES) }],
        )
        .slice(-limit),
    expired: async (before, limit) => lastOfEach(kept.entries.slice(0, limit).filter(({ at }) => at < before)),
  };
};

function record(kept: Kept, room: KeptRoom): RoomRecord {
  const last = kept.entries.findLast(each => each.room === room.id)?.seq ?? 0;
  const members = kept.sessions.filter(each => each.room === room.id && each.leftSeq === null);
  return { ...room, seq: Math.max(last, room.checkpoint.seq), members };
}

const lastOfEach = (entries: EntryRecord[]) =>
  [...new Map(entries.map(({ room, seq }) => [room, seq]))].map(([room, upTo]) => ({ room, upTo }));

const START: Checkpoint = { seq: 0, head: Buffer.alloc(32), messages: 0 };

function writeAll(kept: Kept, batch: Batch): void {
  refuseConflicts(kept, batch);
  for (const room of batch.rooms) kept.rooms.set(room.id, { ...room, memberSeq: 0, checkpoint: START });
  for (const identity of batch.identities) kept.identities.set(identity.id, identity);
  for (const join of batch.joins) {
    kept.sessions.push(join);
    moveMembers(kept, join.room, join.joinSeq);
  }
  for (const { room, bundleId, leftSeq } of batch.leaves) {
    kept.sessions = kept.sessions.map(each => (each.bundleId.equals(bundleId) ? { ...each, leftSeq } : each));
    moveMembers(kept, room, leftSeq);
  }
  // What arrives is a view of a larger buffer, which must not be kept alive for it.
  for (const entry of batch.entries) kept.entries.push({ ...entry, body: Buffer.from(entry.body) });
  forget(kept, batch);
}

function refuseConflicts(kept: Kept, { entries, joins }: Batch): void {
  const taken = new Set(kept.entries.map(({ room, seq }) => `${room} ${seq}`));
  const clash = entries.some(({ room, seq }) => taken.has(`${room} ${seq}`));
  const again = joins.some(({ bundleId }) => kept.sessions.some(each => each.bundleId.equals(bundleId)));
  if (clash || again) throw new Error('an entry or a session is there already');
}

function moveMembers(kept: Kept, id: number, seq: number): void {
  const room = kept.rooms.get(id);
  if (room) room.memberSeq = Math.max(room.memberSeq, seq);
}

function forget(kept: Kept, { checkpoints, trims, pruneBefore }: Batch): void {
  for (const { room: id, ...checkpoint } of checkpoints) {
    const room = kept.rooms.get(id);
    if (room && room.checkpoint.seq < checkpoint.seq) room.checkpoint = checkpoint;
  }
  for (const { room, upTo } of trims) {
    const last = Math.min(upTo, kept.rooms.get(room)?.checkpoint.seq ?? 0);
    kept.entries = kept.entries.filter(each => each.room !== room || each.seq > last);
  }
  if (pruneBefore === undefined) return;
  kept.sessions = kept.sessions.filter(each => each.leftSeq === null || each.expires >= pruneBefore);
}
