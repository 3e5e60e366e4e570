import { readdir, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { HeldLock, Lease, Lock, LockRequest } from '../core/lock.ts';
import { createWhole, readIfThere, writeWhole } from './files.ts';
import { holdLease, LOCK_TIMES, type LockTimes, lockOver } from './lease.ts';
import { identify, isAlive, type ProcessIdentity } from './process-identity.ts';

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
export const fileLock = (folder: string, times: LockTimes = LOCK_TIMES): Lock =>
  lockOver<StoredLease>(
    {
      async look() {
        const last = await highest(folder);
        return { last, holder: last && inForce(last, times) ? last : undefined, now: Date.now() };
      },
      take: (last, request) => take(folder, (last?.token ?? 0) + 1, { request, times }),
      end: holder => {
        const token = holder.token + 1;
        return createWhole(fileOf(folder, token), JSON.stringify({ ...holder, token, ended: true }));
      },
    },
    times,
  );

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
  const write = async (lease: StoredLease): Promise<boolean> => {
    if ((await tokensIn(folder)).at(-1) !== lease.token) return false;
    const heartbeat = new Date().toISOString();
    await writeWhole(fileOf(folder, lease.token), JSON.stringify({ ...lease, heartbeat }));
    return true;
  };
  return holdLease(first, { write }, times);
};
