import type { WireCode } from '../../protocol/failure.ts';

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
  takeOvers: 0,
  commits: 0,
  failedCommits: 0,
  committed,
});
