/** Frames in, events out: the log strictly in order, and what is said around it (e2ee/1, sections 6 to 8). */
import type { Bytes } from '../../protocol/bytes.ts';
import type { RelayFrame } from '../../protocol/frames.ts';
import type { Entry } from '../../protocol/log.ts';
import { hex } from '../../protocol/text.ts';
import type { RoomEvent } from './events.ts';
import { breakAt, followed } from './log-view.ts';
import { endSending, followJoin, followLeave, forgetGone, membershipChanged, settleReplaced } from './membership.ts';
import { readPlain } from './plain-line.ts';
import { readLine, readSignal } from './reading.ts';
import { greeted, lost, takeSeat } from './seat.ts';
import type { State } from './state.ts';
import { stop } from './state.ts';

/** Everything that a relay may say. What is none of the room's business gives no event. */
export async function follow(state: State, frame: RelayFrame): Promise<RoomEvent[]> {
  const { key } = state;
  // An envelope belongs to the message directly after it.
  state.key = frame.type === 'key' ? frame.key : undefined;
  switch (frame.type) {
    case 'hello':
      return greeted(state, frame);
    case 'room':
      return takeSeat(state, frame);
    case 'join':
    case 'leave':
    case 'msg':
    case 'plain':
      return followEntry(state, frame, key);
    case 'eph':
      return readSignal(state, frame.eph);
    case 'synced':
      return synced(state, frame.seq);
    case 'no':
      return refused(state, frame);
    case 'key':
    case 'here':
      return [];
  }
}

type Numbered = Entry & { seq: number };

/** The log advances over what cannot be opened, but over no gap and no second history. */
async function followEntry(state: State, entry: Numbered, key: Bytes | undefined): Promise<RoomEvent[]> {
  if (isStuck(state)) return [];
  const { log } = state;
  if (!log) return [];
  const code = breakAt(log, entry.seq);
  if (code) return stop(state, { code }, entry.seq);
  state.log = await followed(log, entry);
  const before = entry.type === 'join' ? [] : settleReplaced(state);
  return [...before, ...(await readEntry(state, entry, key))];
}

async function readEntry(state: State, entry: Numbered, key: Bytes | undefined): Promise<RoomEvent[]> {
  switch (entry.type) {
    case 'msg':
      return readLine(state, entry.seq, { msg: entry.msg, key });
    case 'plain':
      return readPlain(state, entry.seq, entry.plain);
    case 'join':
      return changed(state, await followJoin(state, entry.seq, entry.bundle));
    case 'leave':
      return changed(state, await followLeave(state, entry.seq, entry));
  }
}

async function changed(state: State, events: RoomEvent[]): Promise<RoomEvent[]> {
  await membershipChanged(state);
  return events;
}

/** The log is complete up to `seq`, or the relay has kept something back. */
function synced(state: State, seq: number): RoomEvent[] {
  const { log } = state;
  if (!log || isStuck(state)) return [];
  if (seq !== log.seq) return stop(state, { code: seq > log.seq ? 'log-gap' : 'log-rollback' }, seq);
  state.phase = 'synced';
  state.syncedAt = state.setting.now();
  forgetGone(state);
  return [...settleReplaced(state), { type: 'synced', seq }];
}

/** After a line of ours was altered others can still be read; after anything else there is no log to follow. */
const isStuck = ({ stopped }: State): boolean => stopped !== undefined && stopped.code !== 'own-altered';

const JOIN_CODES: readonly string[] = ['clock', 'proof', 'door', 'duplicate-member', 'name-taken', 'full'];

function refused(state: State, { code, id }: Extract<RelayFrame, { type: 'no' }>): RoomEvent[] {
  const { sending, pending, phase } = state;
  if (pending && (JOIN_CODES.includes(code) || code.startsWith('bundle-'))) state.pending = undefined;
  if (code === 'removed' && phase === 'replaying') lost(state);
  // The relay does not know the chain (any more). A later chain than the refused line's, or signal's, may be good.
  const isOver = sending && (!id || state.sent.get(hex(id))?.chain === hex(sending.chain.id));
  if (code === 'stale-roster' && isOver) endSending(state);
  return [];
}
