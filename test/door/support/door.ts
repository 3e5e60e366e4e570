import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { buildSync } from 'esbuild';
import { afterAll, onTestFinished, vi } from 'vitest';
import type { DoorStatus, Upstream } from '../../../src/core/door.ts';
import type { Problem } from '../../../src/core/problem.ts';
import { askSocket } from '../../../src/engine/http.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { freePorts } from '../../support/ports.ts';
import { repository } from '../../support/sources.ts';

const bundles = mkdtempSync(join(tmpdir(), 'bytechat-door-'));
afterAll(() => rmSync(bundles, { recursive: true, force: true }));

/** The door as it is shipped: one file. */
export const PROGRAM = join(bundles, 'door.mjs');
buildSync({
  entryPoints: [join(repository, 'src/door/main.ts')],
  outfile: PROGRAM,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node22',
});

export const soon = { timeout: 15_000, interval: 20 };

/** Starts a door that will be killed there: see dying.ts. */
export const dyingAt = (edge: string): Record<string, string> => ({
  DIE: edge,
  NODE_OPTIONS: `--import=${join(import.meta.dirname, 'dying.ts')}`,
});

export interface Answer {
  readonly problem?: Problem;
  readonly [key: string]: unknown;
}

/** A door as a process of its own, and what can be asked of it. */
export interface Door {
  readonly port: number;
  readonly run: string;
  readonly data: string;
  readonly backups: string;
  process(): ChildProcess;
  log(): string;
  ask(operation: string, request?: object): Promise<Answer>;
  status(): Promise<DoorStatus>;
  /** Starts it, after it has ended or was killed. */
  start(env?: Record<string, string>): Promise<void>;
  /** Resolves when it has ended by itself. */
  ended(): Promise<unknown>;
  kill(): Promise<void>;
  /** What is written down. */
  saved(): Record<string, unknown>;
  upstream(container: string, port: number, more?: Partial<Upstream>): Upstream;
}

const foldersIn = (folder: string) => {
  const [run, data, backups] = ['run', 'data', 'backups'].map(name => join(folder, name)) as [string, string, string];
  for (const each of [run, data, backups]) mkdirSync(each);
  return { run, data, backups };
};

export const startDoor = async (env: Record<string, string> = {}): Promise<Door> => {
  const { run, data, backups } = foldersIn(temporaryFolder());
  const port = await freePorts(1);
  let child: ChildProcess | undefined;
  let log = '';
  const settings = {
    DOOR_HOST: '127.0.0.1',
    DOOR_PORT: String(port),
    DOOR_RUN: run,
    DOOR_DATA: data,
    DOOR_BACKUPS: backups,
  };
  const ask: Door['ask'] = async (operation, request = {}) => {
    const body = JSON.stringify({ token: 1, ...request });
    const asked = { method: 'POST', path: `/${operation}`, body, timeoutMs: 60_000 };
    return JSON.parse((await askSocket(join(run, 'door.sock'), asked)).body);
  };
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  };
  const door: Door = {
    ...{ port, run, data, backups, ask },
    process: () => child as ChildProcess,
    log: () => log,
    status: async () => (await ask('status')) as unknown as DoorStatus,
    start: async (more = {}) => {
      child = spawn(process.execPath, [PROGRAM], { env: { ...process.env, ...settings, ...env, ...more } });
      for (const stream of [child.stdout, child.stderr])
        stream?.setEncoding('utf8').on('data', text => {
          log += text;
        });
      await vi.waitFor(() => ask('status'), soon);
    },
    ended: async () => {
      if (child?.exitCode === null && child.signalCode === null) await once(child, 'exit');
    },
    kill: () => end('SIGKILL'),
    saved: () => JSON.parse(readFileSync(join(run, 'door.json'), 'utf8')),
    upstream: (container, at, more = {}) => ({
      ...{ container, release: `release-${container}`, config: 'c1' },
      ...{ host: '127.0.0.1', port: at, proxyProtocol: false, drainMs: 5000, ...more },
    }),
  };
  onTestFinished(() => end('SIGTERM'));
  await door.start();
  return door;
};
