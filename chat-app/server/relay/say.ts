/** What is said to one connection at a time. */
import type { RelayTextFrame } from '../../protocol/frames.ts';
import { encodeRelayFrame } from '../../protocol/frames.ts';
import { textFrame } from '../framing.ts';
import type { Member, Room } from '../hub/room.ts';
import type { Core } from './core.ts';
import type { Session } from './session.ts';
import type { Answer } from './turn.ts';

/** Whoever is further behind than this is cut off, and will resume: nobody's memory grows for one who does not read. */
export const MAX_BACKLOG_BYTES = 1024 * 1024;

export function write(core: Core, session: Session, frames: readonly Uint8Array[]): void {
  if (session.closed || frames.length === 0) return;
  if (session.link.backlog() > MAX_BACKLOG_BYTES) {
    core.counters.cutOff += 1;
    core.log.debug('cut off a connection that does not read', { backlog: session.link.backlog() });
    session.link.terminate();
    return;
  }
  for (const { length } of frames) core.counters.bytesOut += length;
  session.link.write(frames);
}

export const encode = (frame: RelayTextFrame): Buffer => textFrame(String(encodeRelayFrame(frame)));

export function refuse(core: Core, { session, refusal, id }: Answer): void {
  const { refusals } = core.counters;
  refusals.set(refusal.code, (refusals.get(refusal.code) ?? 0) + 1);
  write(core, session, [encode({ type: 'no', ...refusal, ...(id && { id: new Uint8Array(id) }) })]);
}

const NONE: ReadonlyMap<Member, Session> = new Map();

export const seatsOf = (core: Core, room: Room): ReadonlyMap<Member, Session> => core.seats.get(room) ?? NONE;
