/** Heads of logs, computed when somebody needs one: two hashes an entry are a good part of what a line costs. */
import { hash } from 'node:crypto';
import { setImmediate as othersFirst } from 'node:timers/promises';
import { label } from '../../protocol/bytes.ts';
import { HASH_BYTES } from '../../protocol/sizes.ts';
import { ENTRY } from '../hub/line.ts';
import type { Room } from '../hub/room.ts';
import type { Checkpoint, EntryRecord, Store } from '../store/store.ts';
import type { Core } from './core.ts';
import type { Joined, RoomTurn, Turn } from './turn.ts';
import { moveCheckpoint } from './turn.ts';

const LABEL = Buffer.from(label('log'));
/** Read and hashed without a pause, in half a millisecond: meanwhile nobody is heard. */
const PAGE = 100;

/** The head after one more entry (e2ee/1, section 6). */
export function nextHead({ head, messages }: Checkpoint, { seq, body }: Pick<EntryRecord, 'seq' | 'body'>): Checkpoint {
  const input = Buffer.allocUnsafe(LABEL.length + HASH_BYTES + 8 + HASH_BYTES);
  LABEL.copy(input);
  head.copy(input, LABEL.length);
  input.writeBigUInt64BE(BigInt(seq), LABEL.length + HASH_BYTES);
  sha256(body).copy(input, LABEL.length + HASH_BYTES + 8);
  return { seq, head: sha256(input), messages: messages + (body[0] === ENTRY.msg ? 1 : 0) };
}

const sha256 = (data: Buffer): Buffer => hash('sha256', data, 'buffer');

export interface Path {
  room: number;
  from: Checkpoint;
  /** seq */
  upTo: number;
}

/** Follows the log of a room, and lets others be heard after each page; fails when an entry is missing. */
export async function follow(store: Store, { room, from, upTo }: Path): Promise<Checkpoint> {
  let checkpoint = from;
  while (checkpoint.seq < upTo) {
    if (checkpoint !== from) await othersFirst();
    const entries = await store.entries(room, { after: checkpoint.seq, upTo }, PAGE);
    if (entries[0]?.seq !== checkpoint.seq + 1) throw new Error(`entries after ${checkpoint.seq} are missing`);
    checkpoint = entries.reduce(nextHead, checkpoint);
  }
  return checkpoint;
}

/** Before the commit of a turn: gives everybody who joins in it the head as of their own join. */
export async function hashJoins(core: Core, turn: Turn): Promise<void> {
  const rooms = new Set(turn.joins.map(({ member }) => member.room));
  for (const room of rooms) {
    const roomTurn = turn.rooms.get(room);
    if (roomTurn) await hashRoom(core, { room, roomTurn, turn });
  }
}

async function hashRoom(core: Core, { room, roomTurn, turn }: { room: Room; roomTurn: RoomTurn; turn: Turn }) {
  const joins = new Map<number, Joined>(
    turn.joins.filter(({ member }) => member.room === room).map(joined => [joined.line, joined]),
  );
  const first = roomTurn.lines[0]?.seq ?? 1;
  let checkpoint = await follow(core.store, { room: room.id, from: room.checkpoint, upTo: first - 1 });
  roomTurn.lines.forEach((line, at) => {
    checkpoint = nextHead(checkpoint, line);
    const joined = joins.get(at);
    if (joined) Object.assign(joined, { head: checkpoint.head, earlier: checkpoint.messages });
  });
  moveCheckpoint(turn, room, checkpoint);
}
