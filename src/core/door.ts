import type { Problem } from './problem.ts';

/** Raised only when a running door of the version before can no longer be used. */
export const DOOR_VERSION = 1;

/** Where it listens inside of its network; people see the published port. */
export const DOOR_PORT = 8080;

/**
 * Where one release of an app serves, in a container on the door's private network.
 *
 * An app with a private socket is told there to serve (`POST /activate`). It is told so again when nobody knows whether
 * it has heard: by a door that was killed just then, or that finds it restarted. To an app that serves already this must
 * be harmless; the chat answers 200 and does nothing.
 */
export interface Upstream {
  readonly container: string;
  readonly release: string;
  /** The hash of its settings, so that a changed one is seen. */
  readonly config: string;
  /** Its name on the network. It need not be there yet: connections wait for it. */
  readonly host: string;
  readonly port: number;
  /** Its private unix socket, as `prepare` has named it; the app was started with `STANDBY_SOCKET`. */
  readonly socket?: string;
  /** Each connection begins with a PROXY protocol line (version 1) that names the client's address. */
  readonly proxyProtocol: boolean;
  /** How long it may take to give up address and data when it is asked to, in ms. */
  readonly drainMs: number;
}

/** What a door says of itself: the answer to `status`. */
export interface DoorStatus {
  readonly version: number;
  readonly current?: Upstream & { readonly since: string };
  /** What `current` took over from. */
  readonly previous?: Upstream;
  /** True while new connections are accepted and wait. */
  readonly holding: boolean;
  /** Connections that are not led on yet: held, or their release does not answer. */
  readonly waiting: number;
  /** Connections that are led on. */
  readonly open: number;
  /** The highest fencing token seen. */
  readonly token: number;
  /** The token of the deploy that has let `current` serve. */
  readonly switchedBy?: number;
  /** How long new connections waited at the last switch, in ms; 0 for a first start. */
  readonly betweenMs?: number;
  /** The copy of the data that whoever served before needs, and whom it was left for, or was to be. */
  readonly wayBack?: WayBack;
  /** The names of the copies of the data that are kept; told by `status` alone. */
  readonly backups?: readonly string[];
  /** True once `current` has given up its data, or was to be ended, and nothing else serves: a switch has failed half-way. */
  readonly left?: boolean;
}

/** What has to be put in place of the data before the release before `to` can have them again. */
export interface WayBack {
  /** The container that the switch was to. */
  readonly to: string;
  /** A name in the folder of backups. */
  readonly copy: string;
}

/** Each request that changes something carries the fencing token of the deploy's lock. */
interface Fenced {
  readonly token: number;
}

/** The folder of a container's private socket, before that container is created or started again. */
export interface PrepareRequest extends Fenced {
  readonly container: string;
  /** Who the app runs as; absent: anybody may use the folder. */
  readonly uid?: number;
  readonly gid?: number;
}

export interface Prepared {
  /** The value of `STANDBY_SOCKET`: the folder is shared under the same path. */
  readonly socket: string;
}

export type AskAt = { readonly socket: string } | { readonly host: string; readonly port: number };

/** One HTTP request from inside the network, for health checks before a release serves. */
export interface AskRequest {
  readonly at: AskAt;
  /** Default: GET. */
  readonly method?: string;
  readonly path: string;
  readonly timeoutMs: number;
}

/** `body`: its first 64 KiB. `error`: the system's code (`ECONNREFUSED`, `ENOENT`, `ENOTFOUND`, `ETIMEDOUT` …), else a message. */
export type Asked = { readonly status: number; readonly body: string } | { readonly error: string };

/** What happens to the data while nobody has them open. Names are folders in the door's folder of backups. */
export interface DataChange {
  /** Where a copy is kept first. One of that name that is there already is the copy: this switch was asked for before. */
  readonly backup?: string;
  /** True when the release before cannot read the data afterwards: the backup is then its way back. */
  readonly oneWay?: boolean;
  /** A copy that takes the place of the data, which are kept (`Switched.replaced`). */
  readonly restore?: string;
}

/**
 * Lets a release serve. With a private socket it stands by there; without one its container is best started after this
 * has answered, for the data are arranged and nobody else has them open only then.
 *
 * - `{ mustEnd }`: the current one cannot be asked to let go. End that container and ask again with `ended: true`.
 * - A Problem: nothing serves, and new connections wait. End the container of `to`, start the current one again
 *   (`prepare` first), and switch back to it with `ended: true`.
 * - No answer, because the door was killed: ask again. What serves by then is not switched to twice.
 *
 * New connections wait for 120 s at most after each of these answers. Then the door leads to the current one again; but to
 * `to`, when that was told to serve and has neither said yes nor no: it may have the data, so nobody else may.
 */
export interface SwitchRequest extends Fenced {
  readonly to: Upstream;
  /** The container of the current release has ended: the caller knows. */
  readonly ended?: boolean;
  readonly data?: DataChange;
}

export interface Switched {
  readonly release: string;
  readonly container: string;
  /** How long new connections waited, in ms; 0 for a first start. */
  readonly betweenMs: number;
  /** The name in the folder of backups that what was replaced has now. */
  readonly replaced?: string;
}

export interface MustEnd {
  readonly mustEnd: string;
}

/** What `node door.js tell <operation>` reads as JSON on stdin, and what it prints as one line of JSON. */
export interface DoorOperations {
  readonly status: (request: object) => DoorStatus;
  readonly ask: (request: AskRequest) => Asked;
  readonly prepare: (request: PrepareRequest) => Prepared;
  readonly hold: (request: Fenced) => DoorStatus;
  /** Leads to the current one again, whatever a failed switch has left. */
  readonly unhold: (request: Fenced) => DoorStatus;
  readonly switch: (request: SwitchRequest) => Switched | MustEnd;
  /** Nothing serves any more. Waiting connections are closed. */
  readonly clear: (request: Fenced) => DoorStatus;
}

/** Its exit code is 1 then, else 0. */
export interface DoorRefusal {
  readonly problem: Problem;
}
