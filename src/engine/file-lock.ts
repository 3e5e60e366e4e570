import { mkdir, readdir, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { HeldLock, Lease, Lock, LockRequest } from '../core/lock.ts';
import { BytechatError, type Problem, problemsOf } from '../core/problem.ts';
import { createWhole, readIfThere, writeWhole } from './files.ts';
import { identify, isAlive, type ProcessIdentity } from './process-identity.ts';

/** How the lease is kept, in ms. */
export interface LockTimes {
  readonly beat: number;
  /** Without a heartbeat for this long, a lease has expired. */
  readonly expiry: number;
  /** How often a waiting run looks again. */
  readonly look: number;
}

const TIMES: LockTimes = { beat: 5_000, expiry: 30_000, look: 500 };

/** A lease as its file says. The file's name is its token, so that of two who take the next one, one wins. */
interface StoredLease extends Lease {
  readonly ended: boolean;
  readonly host: string;
  readonly process?: ProcessIdentity | undefined;
}

/**
 * A lease lock in a folder: one file for each holder, numbered; the highest is in force. A number is taken by creating
 * its file, which one of two can do; a holder that finds a higher number has lost.
 */
export const fileLock = (folder: string, times: LockTimes = TIMES): Lock => ({
  async acquire(request) {
    await mkdir(folder, { recursive: true });
    const until = Date.now() + (request.waitMs ?? 0);
    for (;;) {
      const last = await highest(folder);
      if (!last || !inForce(last, times)) {
        const held = await take(folder, (last?.token ?? 0) + 1, { request, times });
        if (held) return held;
        continue;
      }
      if (Date.now() >= until) throw new BytechatError(lockedProblem(last));
      request.onWait?.(last);
      await pause(times.look, request.signal);
    }
  },
  async status() {
    const last = await highest(folder);
    return last && inForce(last, times) ? last : undefined;
  },
  async break() {
    const last = await highest(folder);
    if (!last || !inForce(last, times)) return undefined;
    const marker = { ...last, token: last.token + 1, ended: true };
    await createWhole(fileOf(folder, marker.token), JSON.stringify(marker));
    return last;
  },
});

const pause = async (ms: number, signal: AbortSignal | undefined): Promise<void> => {
  try {
    await sleep(ms, undefined, { ...(signal && { signal }) });
  } catch {
    throw new BytechatError({ code: 'interrupted', message: 'You stopped waiting for the lock' });
  }
};

const fileOf = (folder: string, token: number): string => join(folder, `${token}.json`);

const tokensIn = async (folder: string): Promise<number[]> => {
  const names = await readdir(folder).catch(() => []);
  return names
    .flatMap(name => /^(\d+)\.json$/.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);
};

const highest = async (folder: string): Promise<StoredLease | undefined> => {
  const token = (await tokensIn(folder)).at(-1);
  const text = token === undefined ? undefined : await readIfThere(fileOf(folder, token));
  return text === undefined ? undefined : (JSON.parse(text) as StoredLease);
};

/** A holder on this machine that has died frees its lease at once; of any other, only time can tell. */
const inForce = ({ ended, heartbeat, host, process }: StoredLease, { expiry }: LockTimes): boolean => {
  if (ended) return false;
  if (host === hostname() && process?.started) return isAlive(process);
  return Date.now() - Date.parse(heartbeat) < expiry;
};

interface Taking {
  readonly request: LockRequest;
  readonly times: LockTimes;
}

const take = async (folder: string, token: number, { request, times }: Taking): Promise<HeldLock | undefined> => {
  const now = new Date().toISOString();
  const { owner, doing } = request;
  const lease = {
    token,
    owner,
    doing,
    since: now,
    heartbeat: now,
    ended: false,
    host: hostname(),
    process: identify(),
  };
  if (!(await createWhole(fileOf(folder, token), JSON.stringify(lease)))) return undefined;
  // A slow taker may have created a number that is over already and was swept away: then somebody stands above it.
  if ((await tokensIn(folder)).at(-1) !== token) return undefined;
  await forgetOld(folder, token);
  return hold(folder, lease, times);
};

const forgetOld = async (folder: string, token: number): Promise<void> => {
  for (const old of await tokensIn(folder)) if (old < token) await rm(fileOf(folder, old), { force: true });
};

const hold = (folder: string, first: StoredLease, times: LockTimes): HeldLock => {
  const lost = new AbortController();
  let lease = first;
  const write = async (change: Partial<StoredLease>): Promise<void> => {
    const newest = (await tokensIn(folder)).at(-1) ?? 0;
    if (newest !== lease.token) return lost.abort(new BytechatError(lostProblem(lease)));
    lease = { ...lease, ...change, heartbeat: new Date().toISOString() };
    await writeWhole(fileOf(folder, lease.token), JSON.stringify(lease));
  };
  let turn: Promise<void> = Promise.resolve();
  const inTurn = (change: Partial<StoredLease>): Promise<void> => {
    turn = turn.then(() => write(change));
    return turn;
  };
  const fail = (error: unknown): void => lost.abort(new BytechatError(unrenewedProblem(lease, error)));
  const beat = setInterval(() => inTurn({}).catch(fail), times.beat).unref();
  return {
    ...first,
    lost: lost.signal,
    renew: doing => inTurn(doing === undefined ? {} : { doing }),
    async release() {
      clearInterval(beat);
      if (!lost.signal.aborted) await inTurn({ ended: true });
    },
  };
};

const ago = (time: string): string => `${Math.max(0, Math.round((Date.now() - Date.parse(time)) / 1000))} s`;

const lockedProblem = ({ owner, since, doing, heartbeat }: Lease): Problem => ({
  code: 'locked',
  message: `${owner} is deploying here, for ${ago(since)}`,
  because: `it is at ${doing}, last heartbeat ${ago(heartbeat)} ago. Nothing was changed`,
  fix: 'bytechat deploy --lock-wait 10m',
});

const lostProblem = ({ owner }: Lease): Problem => ({
  code: 'lock-lost',
  message: `The lock of ${owner} was broken by somebody else`,
  because: 'another deploy may be under way, so this one stops before its next change',
  fix: 'bytechat status, then deploy again',
});

/** When the machine is the reason, such as a full disk, that is what has happened. */
const unrenewedProblem = ({ owner }: Lease, error: unknown): Problem => {
  const [{ code, fix }] = problemsOf(error) as [Problem];
  return {
    ...(code === 'bug'
      ? { code: 'lock-lost', fix: 'bytechat status, then deploy again' }
      : { code, ...(fix && { fix }) }),
    message: `The lock of ${owner} could not be renewed`,
    because: String(error),
  };
};
