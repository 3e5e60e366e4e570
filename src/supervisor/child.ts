import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, fstatSync, mkdirSync, openSync, readSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import type { Crash, RunningRelease, ServeSpec } from '../core/serve.ts';
import { endGroup } from '../engine/process-group.ts';
import { identify } from '../engine/process-identity.ts';
import type { ListeningSocket } from './listening-socket.ts';

/** A release that runs, as the child of the supervisor. */
export interface Child {
  readonly spec: ServeSpec;
  readonly running: RunningRelease;
  /** The private socket that it was told to prove itself on. */
  readonly standbySocket?: string;
  readonly startedAt: number;
  readonly exited: Promise<Crash>;
  /** What this run has printed last. */
  readonly lines: () => readonly string[];
  readonly isOver: () => boolean;
  /** Lets its program begin: once it is written down who it is. Nobody would find one that outlives us unknown. */
  begin(): void;
  /** Asks it to end, kills it when it does not in time, and resolves when it is gone. */
  stop(): Promise<void>;
}

export interface Starting {
  readonly spec: ServeSpec;
  readonly socket: ListeningSocket | undefined;
  readonly port: number;
  readonly standbySocket?: string;
}

const LAST_BYTES = 16 * 1024;
const LAST_LINES = 15;
/** Inherited from whoever deployed: where programs are, and how text looks. Everything else is config. */
const PASSED_ON = ['PATH', 'HOME', 'USER', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR'];

export const startChild = (starting: Starting): Child => {
  const { spec, standbySocket } = starting;
  mkdirSync(dirname(spec.log), { recursive: true });
  mkdirSync(spec.data, { recursive: true });
  const log = openSync(spec.log, 'a', 0o600);
  const from = statSync(spec.log).size;
  const child = launch(starting, log);
  closeSync(log);
  let over = false;
  let stopping: Promise<void> | undefined;
  const exited = ending(child, { spec, from }).finally(() => {
    over = true;
  });
  return {
    spec,
    running: describe(spec, child.pid ?? 0),
    startedAt: Date.now(),
    exited,
    isOver: () => over,
    lines: () => lastLines(spec.log, from),
    begin: () => void child.stdin?.end('\n'),
    stop: () => {
      // Asked twice it is told once: to many programs a second SIGTERM means at once.
      stopping ??= stop(child, exited, spec.drainMs);
      return stopping;
    },
    ...(standbySocket !== undefined && { standbySocket }),
  };
};

const describe = (spec: ServeSpec, pid: number): RunningRelease => ({
  release: spec.release,
  config: spec.config,
  pid,
  started: identify(pid)?.started ?? '',
  since: new Date().toISOString(),
  log: spec.log,
});

/**
 * `sh` waits for a word, or ends with us when we are gone before it comes. It sets LISTEN_PID to the number that it then hands over by exec: sd_listen_fds(3) wants it. The app leads a process
 * group of its own, so that what it has started can be ended after it.
 */
const launch = (starting: Starting, log: number): ChildProcess => {
  const { spec, socket } = starting;
  const passes = socket !== undefined && spec.handover !== 'restart';
  const command = spec.command.map(word => (word === 'node' ? nodeOf(spec) : word));
  const script = `read -r word && ${passes ? 'LISTEN_PID=$$ ' : ''}exec "$@" </dev/null`;
  const child = spawn('/bin/sh', ['-c', script, spec.app, ...command], {
    cwd: spec.folder,
    env: environment(starting),
    detached: true,
    stdio: ['pipe', log, log, ...(passes ? [socket.fd] : [])],
  });
  // It may have ended before it is told to begin.
  child.stdin?.on('error', () => {});
  return child;
};

const nodeOf = ({ folder }: ServeSpec): string => join(folder, 'bin', 'node');

const environment = ({ spec, socket, port, standbySocket }: Starting): Record<string, string> => {
  const passed = PASSED_ON.flatMap(name => (process.env[name] === undefined ? [] : [[name, process.env[name]]]));
  return {
    ...Object.fromEntries(passed),
    ...(spec.env as Record<string, string>),
    HOST: spec.host,
    PORT: String(port),
    DATA_DIR: spec.data,
    ...(socket && spec.handover !== 'restart' && { LISTEN_FDS: '1', LISTEN_FDNAMES: 'http' }),
    ...(standbySocket !== undefined && { STANDBY_SOCKET: standbySocket }),
  };
};

const ending = (child: ChildProcess, { spec, from }: { spec: ServeSpec; from: number }): Promise<Crash> =>
  new Promise(resolve => {
    const done = (exitCode: number | null, signal: string | null, why: string[] = []): void => {
      // What the app has started and left behind would hold its socket and its data.
      if (child.pid !== undefined) endGroup(child.pid);
      const lines = [...lastLines(spec.log, from), ...why];
      resolve({ release: spec.release, at: new Date().toISOString(), exitCode, signal, lines });
    };
    child.once('exit', (code, signal) => done(code, signal));
    child.once('error', error => done(null, null, [error.message]));
  });

/** What this run has printed last. Nothing, once somebody has taken the log away. */
const lastLines = (file: string, from: number): string[] => {
  const fd = existsSync(file) ? openSync(file, 'r') : undefined;
  if (fd === undefined) return [];
  try {
    const start = Math.max(from, fstatSync(fd).size - LAST_BYTES);
    const buffer = Buffer.alloc(LAST_BYTES);
    const length = readSync(fd, buffer, 0, LAST_BYTES, start);
    return buffer
      .toString('utf8', 0, length)
      .split('\n')
      .filter(line => line !== '')
      .slice(-LAST_LINES);
  } finally {
    closeSync(fd);
  }
};

const stop = async (child: ChildProcess, exited: Promise<Crash>, drainMs: number): Promise<void> => {
  child.kill('SIGTERM');
  const kill = setTimeout(() => child.kill('SIGKILL'), drainMs);
  await exited;
  clearTimeout(kill);
};
