import type { WireCode } from '../../protocol/failure.ts';
import type { Turned } from '../gate.ts';

/** Plain numbers, cheap to move on the hot path; nothing in here tells one member or room from another. */
export interface Counters {
  /** Frames received. */
  frames: number;
  /** Entries logged, by kind. */
  joins: number;
  leaves: number;
  messages: number;
  plains: number;
  events: number;
  /** Bytes handed to connections. */
  bytesOut: number;
  refusals: Map<WireCode, number>;
  /** Connections cut because they did not read. */
  cutOff: number;
  /** Connections closed because they did not join. */
  neverJoined: number;
  /** Connections made to wait because they said too much. */
  throttled: number;
  /** WebSockets refused by a limit, by limit. */
  turnedAway: Map<Turned, number>;
  takeOvers: number;
  commits: number;
  failedCommits: number;
  /** Called with the seconds that a commit took and the entries in it. */
  committed: (seconds: number, entries: number) => void;
}

export const newCounters = (committed: Counters['committed'] = () => {}): Counters => ({
  frames: 0,
  joins: 0,
  leaves: 0,
  messages: 0,
  plains: 0,
  events: 0,
  bytesOut: 0,
  refusals: new Map(),
  cutOff: 0,
  neverJoined: 0,
  throttled: 0,
  turnedAway: new Map(),
  takeOvers: 0,
  commits: 0,
  failedCommits: 0,
  committed,
});
