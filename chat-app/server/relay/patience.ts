/** How much one connection may say, and how long it may say nothing. */
import { CLOSE_POLICY, MAX_BAD_FRAMES } from '../../protocol/limits.ts';
import type { Core } from './core.ts';
import type { Session } from './session.ts';

/** Many times what a member may send; the next sweep reads on. */
const MAX_FRAMES_A_SWEEP = 500;
const MAX_BYTES_A_SWEEP = 2 * 1024 * 1024;

export function weigh({ counters }: Core, session: Session, bytes: number): void {
  session.heardFrames += 1;
  session.heardBytes += bytes;
  const isLittle = session.heardFrames <= MAX_FRAMES_A_SWEEP && session.heardBytes <= MAX_BYTES_A_SWEEP;
  if (isLittle || session.throttled) return;
  session.throttled = true;
  counters.throttled += 1;
  session.link.pause();
}

/** How long a new connection may take until it joins or resumes. */
export const JOIN_WITHIN_MS = 10_000;

/** Every second: whoever was made to wait may go on; whoever does not join goes. */
export function sweepSessions(core: Core): void {
  const latest = core.now() - JOIN_WITHIN_MS;
  for (const session of core.sessions) {
    session.heardFrames = 0;
    session.heardBytes = 0;
    if (session.throttled) readOn(session);
    if (session.entered || session.ended || session.since > latest) continue;
    core.counters.neverJoined += 1;
    session.ended = true;
    session.link.close(CLOSE_POLICY);
  }
}

function readOn(session: Session): void {
  session.throttled = false;
  if (!session.busy) session.link.resume();
}

/** Counts what was wrong; false once that is too much, and the connection ends. */
export function isPatient(session: Session, weight: number): boolean {
  session.bad += weight;
  if (session.bad <= MAX_BAD_FRAMES) return true;
  session.ended = true;
  session.link.close(CLOSE_POLICY);
  return false;
}
