import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { mkdir, readdir, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { FORWARD_FILES, type ForwardStart, type ForwardState } from '../../core/forward.ts';
import { BytechatError, type Problem } from '../../core/problem.ts';
import { fileLock } from '../../engine/file-lock.ts';
import { jsonLines, readIfThere } from '../../engine/files.ts';
import { isAlive } from '../../engine/process-identity.ts';
import { credentialsElsewhere } from '../google/elsewhere.ts';

/** What the state file in a folder says, and whether who wrote it lives. Only reads. */
export interface Found {
  readonly lives: boolean;
  readonly state: ForwardState;
}

export const find = async (folder: string): Promise<Found | undefined> => {
  const text = await readIfThere(join(folder, FORWARD_FILES.state));
  const [state] = jsonLines<ForwardState>(text ?? '');
  return state && { state, lives: isAlive(state) };
};

const WAIT_MS = 60_000;
const TIMES = { beat: 5_000, expiry: 30_000, look: 50 };

/** One change at a time in a folder. */
export const alone = async <Result>(
  folder: string,
  signal: AbortSignal | undefined,
  work: () => Promise<Result>,
): Promise<Result> => {
  const lock = fileLock(join(folder, FORWARD_FILES.lock), TIMES);
  const held = await lock.acquire({ owner: `process ${process.pid}`, doing: 'port-forward', waitMs: WAIT_MS, signal });
  try {
    return await work();
  } finally {
    await held.release();
  }
};

const STARTS_MS = 15_000;

/** Starts one that outlives us, and answers with the port that it listens on. */
export const start = async (program: string, begin: ForwardStart): Promise<{ pid: number; port: number }> => {
  await mkdir(begin.folder, { recursive: true, mode: 0o700 });
  const logFile = join(begin.folder, FORWARD_FILES.log);
  const log = openSync(logFile, 'a', 0o600);
  const { kubeconfig } = begin.spec;
  const env = { ...process.env, ...credentialsElsewhere(), ...(kubeconfig !== '' && { KUBECONFIG: kubeconfig }) };
  const child = spawn(process.execPath, [program], { detached: true, cwd: '/', env, stdio: ['pipe', 'pipe', log] });
  closeSync(log);
  const { stdin, stdout } = child as ChildProcessByStdio<Writable, Readable, null>;
  // A program that cannot be started, or ends at once, says nothing: that is what is told.
  child.on('error', () => {});
  stdin.on('error', () => {});
  stdin.end(JSON.stringify(begin));
  try {
    const { port, problem } = await firstWord(stdout);
    if (child.pid !== undefined && port !== undefined) return { pid: child.pid, port };
    throw new BytechatError(problem ?? notStarted(logFile));
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  } finally {
    stdout.destroy();
    child.unref();
  }
};

interface Word {
  readonly port?: number;
  readonly problem?: Problem;
}

/** Nothing, when it ends or takes too long before it has said something. */
const firstWord = async (output: Readable): Promise<Word> => {
  const late = setTimeout(() => output.destroy(), STARTS_MS);
  let text = '';
  try {
    for await (const chunk of output.setEncoding('utf8')) {
      text += chunk;
      if (text.includes('\n')) break;
    }
  } catch {
    // It took too long.
  } finally {
    clearTimeout(late);
  }
  return jsonLines<Word>(text)[0] ?? {};
};

const notStarted = (log: string): Problem => ({
  code: 'start-failed',
  message: 'The port-forward did not start',
  fix: `read ${log}`,
});

const ENDS_MS = 5_000;
const LOOK_MS = 20;

/** Waits until it is gone. */
export const endProcess = async (state: ForwardState): Promise<void> => {
  if (!isAlive(state)) return;
  process.kill(state.pid, 'SIGTERM');
  const until = performance.now() + ENDS_MS;
  while (isAlive(state) && performance.now() < until) await sleep(LOOK_MS);
  if (isAlive(state)) process.kill(state.pid, 'SIGKILL');
  while (isAlive(state)) await sleep(LOOK_MS);
};

/** All that it has left, the lock by which we are alone included. */
export const forget = async (folder: string): Promise<void> => {
  const { state, log, older, lock } = FORWARD_FILES;
  for (const name of [state, log, older]) await rm(join(folder, name), { force: true });
  for (const name of await readdir(join(folder, lock))) await rm(join(folder, lock, name), { force: true });
  // Somebody may be waiting there for us.
  await rmdir(join(folder, lock)).catch(() => {});
};
