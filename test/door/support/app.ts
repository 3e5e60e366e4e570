import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import process from 'node:process';
import { onTestFinished, vi } from 'vitest';
import type { Upstream } from '../../../src/core/door.ts';
import { askSocket } from '../../../src/engine/http.ts';
import { type Version, writeApp } from '../../contract/app.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { freePorts } from '../../support/ports.ts';
import { type Door, soon } from './door.ts';

/** The second app of the contract suite in place of a container: it can be stopped, killed and started again. */
export interface App {
  readonly upstream: Upstream;
  readonly socket: string | undefined;
  process(): ChildProcess;
  log(): string;
  /** As Docker does it for a container: with the same environment. */
  start(): Promise<void>;
  /** Resolves when it has ended. */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

interface Making extends Partial<Version> {
  readonly handover?: 'standby' | 'exclusive';
  readonly more?: Partial<Upstream>;
  /** Not started yet. */
  readonly isLater?: boolean;
  /** Makes it a stubborn one: see there. */
  readonly env?: Record<string, string>;
}

export const appOf = async (door: Door, container: string, making: Making = {}): Promise<App> => {
  const { handover = 'standby', more = {}, isLater = false, env, ...version } = making;
  const program = env ? join(import.meta.dirname, 'stubborn.ts') : write(container, version);
  const port = await freePorts(1);
  const isStandby = handover === 'standby';
  const socket = isStandby ? String((await door.ask('prepare', { container })).socket) : undefined;
  const run = processOf(program, {
    ...{ ...env, TEXT: container },
    ...{ HOST: '127.0.0.1', PORT: String(port), DATA_DIR: door.data },
    ...(socket !== undefined && { STANDBY_SOCKET: socket }),
  });
  const app: App = {
    ...run,
    upstream: door.upstream(container, port, { ...(socket !== undefined && { socket }), ...more }),
    socket,
    start: async () => {
      run.launch();
      if (socket !== undefined) await vi.waitFor(() => healthy(socket), soon);
    },
  };
  if (!isLater) await app.start();
  return app;
};

const write = (text: string, version: Partial<Version>): string => {
  const folder = temporaryFolder();
  writeApp(folder, { text, ...version });
  return join(folder, 'server.js');
};

export const healthy = async (socket: string): Promise<void> => {
  const { status } = await askSocket(socket, { method: 'GET', path: '/healthz', timeoutMs: 2000 });
  if (status !== 200) throw new Error(`it answers ${status}`);
};

const processOf = (program: string, env: Record<string, string>) => {
  let child: ChildProcess | undefined;
  let log = '';
  const stop = async (signal: NodeJS.Signals = 'SIGTERM'): Promise<void> => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  };
  onTestFinished(() => stop('SIGKILL'));
  const launch = (): void => {
    child = spawn(process.execPath, [program], { env: { ...process.env, ...env } });
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', text => {
        log += text;
      });
  };
  return { process: () => child as ChildProcess, log: () => log, launch, stop };
};
