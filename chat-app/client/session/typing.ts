/** That something is being written: said beside the log, and not often (e2ee/1, section 5). */
import { Failure } from '../../protocol/failure.ts';
import { encodeClientFrame } from '../../protocol/frames.ts';
import type { Desk } from './desk.ts';
import { isAsking } from './sending.ts';

const PAUSE_MS = 3000;

/** Nothing, before the first line has started a chain, and whenever a line could not be sent either. */
export async function signalTyping(desk: Desk): Promise<void> {
  const now = desk.clock.now();
  if (now - desk.typedAt < PAUSE_MS || !desk.connection || isAsking(desk)) return;
  try {
    const frame = await desk.member.signal({ kind: 'typing' });
    desk.connection.send(encodeClientFrame(frame));
    desk.typedAt = now;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
  }
}
