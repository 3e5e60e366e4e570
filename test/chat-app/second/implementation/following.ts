/** What the relay says, in order (sections 6 to 8). */
import type { Bytes } from './bytes.ts';
import { hex } from './bytes.ts';
import type { FromRelay } from './frames.ts';
import { joined, left, newRoster, settleReplaced } from './membership.ts';
import { readEvent, readLine, readPlain } from './reading.ts';
import { entry, logAfter } from './room.ts';
import { disconnected, takeSeat } from './seat.ts';
import type { Happening, State } from './state.ts';
import { stop } from './state.ts';

type Frame<T extends FromRelay['type']> = Extract<FromRelay, { type: T }>;
type Entry = Frame<'join' | 'leave' | 'plain' | 'msg'>;

export function follow(state: State, frame: FromRelay): Happening[] {
  const { key } = state;
  state.key = frame.type === 'key' ? frame.key : undefined;
  switch (frame.type) {
    case 'hello':
      disconnected(state);
      state.challenge = frame.challenge;
      return frame.suites.includes(1) ? [] : [{ what: 'stopped', code: 'suite' }];
    case 'room':
      return takeSeat(state, frame);
    case 'join':
    case 'leave':
    case 'plain':
    case 'msg':
      return followEntry(state, frame, key);
    case 'eph':
      return readEvent(state, frame.eph);
    case 'synced':
      return synced(state, frame.seq);
    case 'no':
      return refused(state, frame);
    default:
      return [];
  }
}

const isStuck = ({ stopped }: State): boolean => stopped !== undefined && stopped !== 'own-altered';

function followEntry(state: State, frame: Entry, key: Bytes | undefined): Happening[] {
  const { log } = state;
  if (!log || isStuck(state)) return [];
  if (frame.seq !== log.seq + 1) return stop(state, frame.seq <= log.seq ? 'log-rollback' : 'log-gap');
  state.log = logAfter(log, entryOf(frame));
  const before = frame.type === 'join' ? [] : settleReplaced(state);
  return [...before, ...readEntry(state, frame, key)];
}

function entryOf(frame: Entry): Bytes {
  switch (frame.type) {
    case 'join':
      return entry.join(frame.bundle);
    case 'leave':
      return entry.leave(frame.id, frame.reason);
    case 'plain':
      return entry.plain(frame.plain);
    case 'msg':
      return entry.msg(frame.msg);
  }
}

function readEntry(state: State, frame: Entry, key: Bytes | undefined): Happening[] {
  if (frame.type === 'msg') return readLine(state, frame.msg, key);
  if (frame.type === 'plain') return readPlain(state, frame.plain);
  const events = frame.type === 'join' ? joined(state, frame.bundle) : left(state, frame.id, frame.reason);
  newRoster(state);
  return events;
}

function synced(state: State, seq: number): Happening[] {
  const { log } = state;
  if (!log || isStuck(state)) return [];
  if (seq !== log.seq) return stop(state, seq > log.seq ? 'log-gap' : 'log-rollback');
  Object.assign(state, { phase: 'synced', syncedAt: state.now() });
  for (const [id, expires] of state.gone) if (expires <= state.syncedAt) state.gone.delete(id);
  return [...settleReplaced(state), { what: 'synced', seq }];
}

const STILL_OPEN = ['slow-down', 'unavailable', 'bad-frame'];

function refused(state: State, { code, id, seq, retryMs }: Frame<'no'>): Happening[] {
  if (!id && !STILL_OPEN.includes(code)) state.pending = undefined;
  if (code === 'removed' && state.phase === 'replaying') Object.assign(state, { session: undefined, phase: 'away' });
  const chain = state.sending && hex(state.sending.chain.id);
  if (code === 'stale-roster' && (!id || state.sent.get(hex(id))?.chain === chain)) state.sending = undefined;
  return [{ what: 'no', code, id: id && hex(id), seq, retryMs }];
}
