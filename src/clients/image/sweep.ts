import { readdir, readFile, rm } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { isCode } from '../../engine/files.ts';

/**
 * How the folders begin that a docker of ours gets its settings from; the process id of who made it follows. With the
 * machine, because a process id counts only there, and containers may share the place.
 */
export const LEFT = `bytechat-docker-${hostname()}-`;

/** Removes what runs that were killed have left: a folder, though no secret is in it, and a docker that goes on. */
export const sweep = async (): Promise<void> => {
  const names = await readdir(tmpdir()).catch(() => []);
  for (const name of names) {
    const maker = name.startsWith(LEFT) ? Number.parseInt(name.slice(LEFT.length), 10) : Number.NaN;
    if (!(maker > 0) || send(maker, 0)) continue;
    const folder = join(tmpdir(), name);
    const left = await usersOf(folder);
    for (const pid of left) await end(pid);
    if (left.length > 0) await sleep(SETTLE_MS);
    // Somebody else's is not ours to remove: then it stays.
    await rm(folder, { recursive: true, force: true }).catch(() => {});
  }
};

/**
 * In ms: what the daemon may take to let go of a layer whose docker has ended, which nobody can ask it. Whoever pushes the
 * same layer before that waits for the old upload, which may hang for ever.
 */
const SETTLE_MS = 1000;
const PATIENCE_MS = 5000;

/** The processes that have their settings from there. Where there is no /proc, nobody knows. */
const usersOf = async (folder: string): Promise<number[]> => {
  const pids = (await readdir('/proc').catch(() => [])).filter(name => /^\d+$/.test(name));
  const users = pids.map(async pid => {
    const environment = await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '');
    return environment.split('\0').includes(`DOCKER_CONFIG=${folder}`) ? [Number(pid)] : [];
  });
  return (await Promise.all(users)).flat();
};

const end = async (pid: number): Promise<void> => {
  const until = Date.now() + PATIENCE_MS;
  for (let runs = send(pid, 'SIGTERM'); runs && Date.now() < until; runs = send(pid, 0)) await sleep(20);
  send(pid, 'SIGKILL');
};

/** False when there is no such process. */
const send = (pid: number, signal: NodeJS.Signals | 0): boolean => {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    return !isCode(error, 'ESRCH');
  }
};
