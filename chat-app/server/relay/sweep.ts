/** What time does to rooms. */
import { BUNDLE_LEFT_TO_JOIN_MS, DUPLICATE_WINDOW_MS } from '../../protocol/limits.ts';
import { depart, overdue } from '../hub/leave.ts';
import { forget } from '../hub/recent.ts';
import type { Room } from '../hub/room.ts';
import type { Core } from './core.ts';
import { decided, schedule } from './flush.ts';
import { follow } from './heads.ts';
import { logLeave, moveCheckpoint } from './turn.ts';

/** Every second: whoever has been away too long, or whose bundle is about to expire, leaves. */
export function removeOverdue(core: Core): void {
  for (const departure of overdue(core.hub, core.now(), core.limits.awayMs)) {
    core.turn.undo.push(depart(core.hub, departure.member));
    logLeave(core, departure);
  }
}

/** Longer than any join or resume takes that has just looked at the room. */
const UNUSED_AFTER_MS = 60_000;

/** Every second: what nobody uses is read from the store when it is needed again. */
export function unload(core: Core): void {
  const now = core.now();
  core.replays.clear();
  for (const [key, room] of core.hub.rooms) {
    if (room.identities.size > 2 * room.members.size + KEPT_IDENTITIES) forgetStrangers(room, now);
    if (core.seats.has(room) || core.turn.rooms.has(room) || now - room.usedAt < UNUSED_AFTER_MS) continue;
    room.recent = undefined;
    if (room.members.size === 0 && room.seq === room.committed.seq) core.hub.rooms.delete(key);
  }
}

/** Many come once: beyond so many besides the members, they are read from the store when they come again. */
const KEPT_IDENTITIES = 200;

function forgetStrangers({ identities, members }: Room, now: number): void {
  const listed = new Set([...members.values()].map(({ identity }) => identity));
  for (const [key, identity] of identities) {
    if (!listed.has(identity) && now - identity.usedAt > UNUSED_AFTER_MS) identities.delete(key);
  }
}

const TRIM_AT_ONCE = 1000;

/** Every hour: forgets entries past their time, but never a head; departed sessions that are of no use; old ids. */
export async function forgetOld(core: Core): Promise<void> {
  const now = core.now();
  for (const { recent } of core.hub.rooms.values()) if (recent) forget(recent, now - DUPLICATE_WINDOW_MS);
  core.turn.batch.pruneBefore = now - BUNDLE_LEFT_TO_JOIN_MS;
  schedule(core);
  do await decided(core);
  while (core.storeWell && (await trimSome(core, now - core.limits.historyMs)));
}

/** Every minute: with more kept than there is room for, the oldest entries go before their time. */
export async function limitHistory(core: Core): Promise<void> {
  const isTooMuch = async () => (await core.store.size()) > core.limits.historyBytes;
  while (core.storeWell && (await isTooMuch()) && (await trimSome(core, Number.MAX_SAFE_INTEGER))) await decided(core);
}

async function trimSome(core: Core, before: number): Promise<boolean> {
  const old = await core.store.expired(before, TRIM_AT_ONCE);
  const loaded = new Map([...core.hub.rooms.values()].map(room => [room.id, room]));
  for (const { room, upTo } of old) {
    await followTo(core, { id: room, loaded: loaded.get(room), upTo });
    core.turn.batch.trims.push({ room, upTo });
  }
  if (old.length > 0) schedule(core);
  return old.length > 0;
}

/** The head outlives the entries. */
async function followTo(core: Core, { id, loaded, upTo }: { id: number; loaded: Room | undefined; upTo: number }) {
  const checkpoint = await core.store.checkpoint(id);
  if (!checkpoint || checkpoint.seq >= upTo) return;
  const further = await follow(core.store, { room: id, from: checkpoint, upTo });
  if (loaded) moveCheckpoint(core.turn, loaded, further);
  else core.turn.batch.checkpoints.push({ room: id, ...further });
}
