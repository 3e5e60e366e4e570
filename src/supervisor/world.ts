import { join } from 'node:path';
import process from 'node:process';
import type { Crash, ServeSpec, SupervisorStatus } from '../core/serve.ts';
import { writeWhole } from '../engine/files.ts';
import { identify, type ProcessIdentity } from '../engine/process-identity.ts';
import type { Child } from './child.ts';
import type { ListeningSocket } from './listening-socket.ts';

/** What a supervisor is started with. */
export interface Start {
  readonly app: string;
  /** The hash of its program. */
  readonly version: string;
  /** The folder of sockets, short enough for a unix socket's path. */
  readonly sockets: string;
  /** The file that tells others where it is. */
  readonly stateFile: string;
  /** Set when it takes the place of an earlier supervisor. */
  readonly predecessor?: Predecessor;
}

export interface Predecessor {
  readonly process: ProcessIdentity;
  readonly control: string;
  readonly host: string;
  readonly port: number;
  /** The descriptor of the listening socket, when there is one. */
  readonly fd?: number;
  /** What the earlier one serves: the way back. */
  readonly spec?: ServeSpec;
}

/** All that changes while a supervisor lives. One object, changed only by the operations beside this file, one at a time. */
export interface World {
  readonly start: Start;
  readonly control: string;
  socket?: ListeningSocket | undefined;
  port: number;
  host: string;
  current?: Child | undefined;
  standby?: Child | undefined;
  /** Those that have let go and still answer what they had accepted. */
  readonly leaving: Set<Child>;
  /** Supervisors whose place was taken: they leave when their last answer is given. */
  readonly earlier: ProcessIdentity[];
  previous?: ServeSpec | undefined;
  /** The token of the deploy that has let the current release serve; none once it was put back. */
  switchedBy?: number | undefined;
  predecessor?: Predecessor | undefined;
  /** An address that was taken for a release that does not serve yet. */
  claim?: { readonly commit: () => void; readonly revert: () => void } | undefined;
  crashes: Crash[];
  crashesInARow: number;
  restarts: number;
  /** The highest fencing token seen. */
  token: number;
  /** True once it is to end: no release is started again. */
  ending: boolean;
}

export const newWorld = (start: Start): World => ({
  start,
  control: join(start.sockets, `${process.pid}.sock`),
  port: 0,
  host: '',
  leaving: new Set(),
  earlier: start.predecessor ? [start.predecessor.process] : [],
  crashes: [],
  crashesInARow: 0,
  restarts: 0,
  token: 0,
  ending: false,
  ...(start.predecessor && { predecessor: start.predecessor }),
});

export const statusOf = (world: World): SupervisorStatus => ({
  pid: process.pid,
  started: identify()?.started ?? '',
  version: world.start.version,
  socket: world.control,
  app: world.start.app,
  host: world.host,
  port: world.port,
  ...(world.current &&
    !world.current.isOver() && { current: { ...world.current.running, lines: world.current.lines() } }),
  ...(world.standby && {
    standby: { ...world.standby.running, lines: world.standby.lines(), socket: world.standby.standbySocket ?? '' },
  }),
  ...(world.previous && { previous: world.previous.release }),
  crashes: world.crashes,
  restarts: world.restarts,
});

/** Whoever finds the file can find the supervisor, or, when that is gone, the process that it left behind. */
export const saveState = async (world: World): Promise<void> => {
  const withoutLines = (key: string, value: unknown): unknown => (key === 'lines' ? undefined : value);
  if (!world.predecessor) await writeWhole(world.start.stateFile, JSON.stringify(statusOf(world), withoutLines), 0o600);
};
