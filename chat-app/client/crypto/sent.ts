/** Which lines are known already: our own must come back as they were sealed, others' are shown once (e2ee/1, sections 5 and 6). */
import type { Bytes } from '../../protocol/bytes.ts';
import { hex } from '../../protocol/text.ts';
import type { RoomEvent } from './events.ts';
import { sha256 } from './primitives.ts';
import type { SentLine, State } from './state.ts';
import { stop } from './state.ts';

/** How many of each are remembered. */
const KEPT = 2048;

export interface OwnLine {
  id: Bytes;
  /** As it travels: a message, or a plain line. */
  bytes: Bytes;
}

/** To be remembered before the line leaves. `chain` is empty for a plain line. */
export async function remember({ sent }: State, { id, bytes }: OwnLine, chain: string): Promise<void> {
  const line: SentLine = { digest: hex(await sha256(bytes)), chain };
  sent.delete(hex(id));
  sent.set(hex(id), line);
  for (const [old, { seq }] of sent) if (sent.size > KEPT && seq !== undefined) sent.delete(old);
}

/** An acknowledgement only as the very bytes that were sealed last under this id; anything else is `own-altered`. */
export async function ownLine(state: State, seq: number, { id, bytes }: OwnLine): Promise<RoomEvent[]> {
  const line = state.sent.get(hex(id));
  if (line?.digest !== hex(await sha256(bytes))) return stop(state, { code: 'own-altered' }, seq);
  if (line.seq !== undefined) return [{ type: 'ignored', code: 'replay', name: state.name }];
  line.seq = seq;
  return [{ type: 'delivered', id: hex(id), seq }];
}

/** True for a second line with one (identity, id); remembers the first. */
export function alreadySeen({ seen }: State, ik: Bytes, id: Bytes): boolean {
  // Half of the point's x coordinate tells identities apart.
  const key = hex(ik.subarray(1, 17)) + hex(id);
  if (seen.has(key)) return true;
  seen.add(key);
  for (const oldest of seen) if (seen.size > KEPT) seen.delete(oldest);
  return false;
}
