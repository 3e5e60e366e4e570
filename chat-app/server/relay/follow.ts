/**
 * Logs hashed on before somebody needs their heads, a little at a time: whoever joins a room must not wait for a long
 * talk to be hashed, and nobody else for either.
 */
import type { Room } from '../hub/room.ts';
import type { Core } from './core.ts';
import { decided, schedule } from './flush.ts';
import { follow } from './heads.ts';
import { moveCheckpoint } from './turn.ts';

/** A commit with a join hashes no more than this, and what has come meanwhile. */
const MAX_BEHIND = 1024;
/** Of all logs together in a second: a fortieth of a core. Above it logs wait for a quieter time, or for a join. */
export const FOLLOW_A_SWEEP = 4096;

const behind = ({ committed, checkpoint }: Room): number => committed.seq - checkpoint.seq;
const isLate = (room: Room): boolean => behind(room) > MAX_BEHIND;

/** Every second: the logs that are furthest behind, as far as one second allows. */
export async function followLogs(core: Core): Promise<void> {
  const late = [...core.hub.rooms.values()].filter(isLate).sort((a, b) => behind(b) - behind(a));
  let left = FOLLOW_A_SWEEP;
  for (const room of late) {
    if (left === 0 || core.stopping) return;
    const step = Math.min(behind(room), left);
    left -= step;
    await hashOn(core, room, step);
  }
}

/** Before a join, outside of any commit. */
export async function catchUp(core: Core, room: Room): Promise<void> {
  while (isLate(room) && core.storeWell && !core.stopping) {
    room.usedAt = core.now();
    await hashOn(core, room, Math.min(behind(room), FOLLOW_A_SWEEP));
  }
}

/** Several who want it for one room at once share the work. */
function hashOn(core: Core, room: Room, step: number): Promise<void> {
  const known = core.following.get(room);
  if (known) return known;
  const work = move(core, room, step).finally(() => core.following.delete(room));
  core.following.set(room, work);
  return work;
}

async function move(core: Core, room: Room, step: number): Promise<void> {
  const from = room.checkpoint;
  moveCheckpoint(core.turn, room, await follow(core.store, { room: room.id, from, upTo: from.seq + step }));
  schedule(core);
  await decided(core);
}
