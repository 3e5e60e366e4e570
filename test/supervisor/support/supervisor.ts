import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { buildSync } from 'esbuild';
import { afterAll, onTestFinished, vi } from 'vitest';
import type { Problem } from '../../../src/core/problem.ts';
import type { Handover, ServeSpec, SupervisorStatus } from '../../../src/core/serve.ts';
import { askSocket } from '../../../src/engine/http.ts';
import { identify, isAlive } from '../../../src/engine/process-identity.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { freePorts } from '../../support/ports.ts';
import { repository } from '../../support/sources.ts';

/** The supervisor and the tiny app as they are shipped: bundled, because each test starts several of them. */
const bundles = mkdtempSync(join(tmpdir(), 'bytechat-supervisor-'));
buildSync({
  entryPoints: {
    supervisor: join(repository, 'src/supervisor/main.ts'),
    tiny: join(import.meta.dirname, 'tiny.ts'),
  },
  outdir: bundles,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node22',
});
afterAll(() => rmSync(bundles, { recursive: true, force: true }));

export const PROGRAM = join(bundles, 'supervisor.mjs');
const TINY = join(bundles, 'tiny.mjs');

export interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown> & { readonly problem?: Problem };
}

/** A supervisor as a process of its own, and what can be asked of it. */
export interface Place {
  readonly folder: string;
  readonly port: number;
  readonly process: ChildProcess;
  /** Asks the first supervisor, or the one behind another socket. */
  ask(name: string, body?: object, socket?: string): Promise<Answer>;
  status(socket?: string): Promise<SupervisorStatus>;
  /** What the state file says. */
  saved(): SupervisorStatus;
  specOf(release: string, more?: Partial<ServeSpec>): ServeSpec;
  /** Lets a release serve the way that deploy does it, with a lock of its own: aside first, where the app knows how to. */
  release(spec: ServeSpec, socket?: string): Promise<Answer>;
  /** Puts back what the last `release` has done. */
  back(from: string, socket?: string): Promise<Answer>;
}

export const startPlace = async (handover: Handover = 'standby'): Promise<Place> => {
  const folder = temporaryFolder();
  const port = await freePorts(3);
  const log = openSync(join(folder, 'supervisor.log'), 'a');
  const child = spawn(process.execPath, [PROGRAM], { stdio: ['pipe', log, log] });
  closeSync(log);
  endAtTheEnd(child);
  const stateFile = join(folder, 'supervisor.json');
  child.stdin?.end(JSON.stringify({ app: 'tiny', version: 'v1', sockets: folder, stateFile }));
  const own = join(folder, `${child.pid}.sock`);
  await answers(own);

  let token = 0;
  const ask: Place['ask'] = async (name, body = {}, socket = own) => {
    const answer = await askSocket(socket, {
      method: 'POST',
      path: `/${name}`,
      body: JSON.stringify(body),
      timeoutMs: 20_000,
    });
    return { status: answer.status, body: JSON.parse(answer.body) };
  };
  return {
    folder,
    port,
    process: child,
    ask,
    status: async socket => (await ask('status', {}, socket)).body as unknown as SupervisorStatus,
    saved: () => JSON.parse(readFileSync(stateFile, 'utf8')),
    specOf: (release, more = {}) => ({
      app: 'tiny',
      release,
      config: 'c1',
      command: [process.execPath, TINY],
      folder,
      env: { TEXT: release },
      host: '127.0.0.1',
      port: { from: port, to: port + 2 },
      handover,
      data: join(folder, 'data'),
      log: join(folder, 'logs', `${release}.log`),
      drainMs: 5000,
      ...more,
    }),
    async release(spec, socket) {
      token += 1;
      if (spec.handover === 'standby') {
        const aside = await ask('standby', { spec, token }, socket);
        if (aside.status !== 200) return aside;
      }
      return ask('switch', { spec, token }, socket);
    },
    back: (from, socket) => ask('back', { from, token }, socket),
  };
};

export const answers = (socket: string): Promise<void> =>
  vi.waitFor(
    async () => {
      const { status } = await askSocket(socket, { method: 'POST', path: '/status', timeoutMs: 2000 });
      if (status !== 200) throw new Error(`it answers ${status}`);
    },
    { timeout: 10_000, interval: 20 },
  );

/** A supervisor that is asked to end takes its app with it. */
const endAtTheEnd = (child: ChildProcess): void =>
  onTestFinished(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
  });

/** The same for one that is nobody's child here. */
export const endPidAtTheEnd = (pid: number): void =>
  onTestFinished(async () => {
    const identity = identify(pid);
    if (!identity) return;
    process.kill(pid, 'SIGTERM');
    await vi.waitFor(() => {
      if (isAlive(identity)) throw new Error(`process ${pid} does not end`);
    });
  });

/** One request on a connection of its own. */
export const get = (port: number, path = '/', host = '127.0.0.1'): Promise<string> =>
  new Promise((resolve, reject) => {
    const outgoing = request({ host, port, path, agent: false, timeout: 10_000 }, incoming => {
      let text = '';
      incoming.setEncoding('utf8').on('data', chunk => {
        text += chunk;
      });
      incoming.on('end', () => resolve(text)).on('error', reject);
    });
    outgoing.on('timeout', () => outgoing.destroy(new Error('no answer')));
    outgoing.on('error', reject).end();
  });
