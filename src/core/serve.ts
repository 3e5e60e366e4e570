import type { SecretRef } from './json.ts';

/**
 * How an app takes over from its earlier release:
 * - `standby`: it starts beside the old one, proves itself on a private socket (`STANDBY_SOCKET`), and takes the listening
 *   socket (`LISTEN_FDS`, descriptor 3, sd_listen_fds(3)) when it gets `POST /activate` there. Nobody waits longer than that takes.
 * - `socket`: it takes the listening socket at its start; the old one has ended before, and connections wait in the queue.
 * - `restart`: it opens its port (`PORT`) by itself; the gap between the two is measured and told.
 */
export type Handover = 'standby' | 'socket' | 'restart';

/** All that is needed to run one release of an app. */
export interface ServeSpec {
  readonly app: string;
  readonly release: string;
  /** The hash of everything else in here, so that a changed setting is seen. */
  readonly config: string;
  readonly command: readonly string[];
  /** The folder of the release, absolute. */
  readonly folder: string;
  readonly env: { readonly [name: string]: string | (SecretRef & { readonly [key: string]: string }) };
  readonly host: string;
  readonly port: { readonly from: number; readonly to: number };
  readonly handover: Handover;
  /** Where the app keeps its data (`DATA_DIR`). */
  readonly data: string;
  /** Where a copy of the data is kept before this release opens it; empty when none is wanted. */
  readonly backup?: string;
  /** True when the release before cannot read the data once this one has opened them. */
  readonly oneWay?: boolean;
  /** A copy of the data that takes the place of the data, which is kept beside it. */
  readonly restore?: string;
  /** The file that gets what the app prints. */
  readonly log: string;
  /** How long the old release may take to end in order, in ms; then it is killed. */
  readonly drainMs: number;
}

/** One run of a release. */
export interface RunningRelease {
  readonly release: string;
  readonly config: string;
  readonly pid: number;
  /** See `ProcessIdentity`. */
  readonly started: string;
  readonly since: string;
  readonly log: string;
  /** What it has printed last; only in an answer, not in the state file. */
  readonly lines?: readonly string[];
}

/** How a release ended that was not asked to. */
export interface Crash {
  readonly release: string;
  readonly at: string;
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly lines: readonly string[];
}

/** What the supervisor says of itself. Also what it leaves in its state file, for when it does not answer. */
export interface SupervisorStatus {
  readonly pid: number;
  readonly started: string;
  /** The hash of its program. */
  readonly version: string;
  /** Its control socket. */
  readonly socket: string;
  readonly app: string;
  readonly host: string;
  readonly port: number;
  readonly current?: RunningRelease;
  readonly standby?: RunningRelease & { readonly socket: string };
  /** The release that served before the current one. */
  readonly previous?: string;
  /** The latest first. */
  readonly crashes: readonly Crash[];
  /** Restarts of the current release since it was switched to. */
  readonly restarts: number;
}
