import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface, type Interface } from 'node:readline';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Lease } from '../../src/core/lock.ts';
import { fileLock } from '../../src/engine/file-lock.ts';
import { folderWith, temporaryFolder } from '../support/folder.ts';

const TIMES = { beat: 20, expiry: 1000, look: 5 };
const me = { owner: 'mira@atlas', doing: 'deploy' };
const locked = { problem: { code: 'locked' } };

interface Holder {
  readonly child: ChildProcess;
  readonly lines: Interface;
  /** What it says next. */
  says(): Promise<string>;
}

const holderOf = (folder: string, owner: string): Holder => {
  const program = join(import.meta.dirname, 'support/holder.ts');
  const child = spawn(process.execPath, [program, folder, owner], { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines = createInterface({ input: child.stdout });
  const said = lines[Symbol.asyncIterator]();
  return { child, lines, says: async () => String((await said.next()).value) };
};

/** A lease of another machine, as its file says: of that one only time can tell whether it lives. */
const leaseElsewhere = (beatAgoMs: number): string => {
  const heartbeat = new Date(Date.now() - beatAgoMs).toISOString();
  const lease = { token: 7, owner: 'jenkins@build-7', doing: 'rollout', since: heartbeat, heartbeat, ended: false };
  return JSON.stringify({ ...lease, host: 'build-7', process: { pid: 1, started: 'then' } });
};

describe('one at a time', () => {
  test('whoever comes second is refused, and told who holds it and what is being done', async () => {
    const folder = temporaryFolder();
    const holder = holderOf(folder, 'jenkins@build-7');
    expect(await holder.says()).toBe('held 1');
    const lock = fileLock(folder, TIMES);
    await expect(lock.acquire(me)).rejects.toMatchObject({
      problem: {
        code: 'locked',
        message: expect.stringMatching(/^jenkins@build-7 is deploying here, for \d+ s$/),
        because: expect.stringContaining('it is at holding, last heartbeat'),
      },
    });
    expect(await lock.status()).toMatchObject({ token: 1, owner: 'jenkins@build-7', doing: 'holding' });
  });

  test('of processes that start at once, one gets it', async () => {
    const folder = temporaryFolder();
    const answers = await Promise.all(['a', 'b', 'c'].map(name => holderOf(folder, name).says()));
    expect(answers.filter(answer => answer.startsWith('held'))).toHaveLength(1);
    expect(answers.filter(answer => answer.startsWith('refused'))).toHaveLength(2);
  });

  test('eight processes count to 400 without losing one', { timeout: 60_000 }, async () => {
    const folder = folderWith({ count: '0' });
    const program = join(import.meta.dirname, 'support/counter.ts');
    const children = Array.from({ length: 8 }, () =>
      spawn(process.execPath, [program, folder, '50'], { stdio: ['ignore', 'ignore', 'pipe'] }),
    );
    const ends = await Promise.all(
      children.map(async child => {
        let said = '';
        child.stderr.setEncoding('utf8').on('data', text => {
          said += text;
        });
        const [code] = await once(child, 'close');
        return { code, said };
      }),
    );
    expect(ends).toEqual(children.map(() => ({ code: 0, said: '' })));
    expect(readFileSync(join(folder, 'count'), 'utf8')).toBe('400');
    expect(readdirSync(join(folder, 'lock'))).toHaveLength(1);
  });
});

describe('the token', () => {
  test('grows with every holder, and old leases are swept away', async () => {
    const folder = temporaryFolder();
    const lock = fileLock(folder, TIMES);
    for (const token of [1, 2, 3]) {
      const held = await lock.acquire(me);
      expect(held.token).toBe(token);
      await held.release();
      expect(await lock.status()).toBeUndefined();
    }
    expect(readdirSync(folder)).toEqual(['3.json']);
  });

  test('a lease below the highest is never in force, whoever left it there', async () => {
    const folder = folderWith({ '7.json': leaseElsewhere(0) });
    const lock = fileLock(folder, TIMES);
    await lock.break();
    writeFileSync(join(folder, '6.json'), leaseElsewhere(0));
    expect((await lock.acquire(me)).token).toBe(9);
    expect(readdirSync(folder)).toEqual(['9.json']);
  });
});

describe('a holder that died', () => {
  test('frees its lease at once when it was killed on this machine', async () => {
    const folder = temporaryFolder();
    const holder = holderOf(folder, 'jenkins@build-7');
    await holder.says();
    holder.child.kill('SIGKILL');
    await once(holder.child, 'exit');
    const lock = fileLock(folder, { ...TIMES, expiry: 3_600_000 });
    expect(await lock.status()).toBeUndefined();
    expect((await lock.acquire(me)).token).toBe(2);
  });

  test('elsewhere keeps it until it expires', async () => {
    const alive = fileLock(folderWith({ '7.json': leaseElsewhere(TIMES.expiry / 2) }), TIMES);
    await expect(alive.acquire(me)).rejects.toMatchObject(locked);
    const dead = fileLock(folderWith({ '7.json': leaseElsewhere(TIMES.expiry * 2) }), TIMES);
    expect(await dead.status()).toBeUndefined();
    expect((await dead.acquire(me)).token).toBe(8);
  });
});

describe('a holder that lives', () => {
  test('beats, and says what it is doing', async () => {
    const lock = fileLock(temporaryFolder(), TIMES);
    const held = await lock.acquire(me);
    const first = held.heartbeat;
    await vi.waitFor(async () =>
      expect(Date.parse((await lock.status())?.heartbeat ?? '')).toBeGreaterThan(Date.parse(first)),
    );
    await held.renew('switch');
    expect(await lock.status()).toMatchObject({ doing: 'switch', since: held.since });
    await held.release();
  });

  test('is told when its lock is broken, and then leaves it alone', async () => {
    const folder = temporaryFolder();
    const holder = holderOf(folder, 'jenkins@build-7');
    await holder.says();
    const lock = fileLock(folder, TIMES);
    expect(await lock.break()).toMatchObject({ owner: 'jenkins@build-7', token: 1 });
    expect(await holder.says()).toBe('lost lock-lost');
    expect(await lock.break()).toBeUndefined();
    const held = await lock.acquire(me);
    expect(held.token).toBe(3);
    holder.child.stdin?.write('release\n');
    await once(holder.child, 'exit');
    expect(await lock.status()).toMatchObject({ token: 3, owner: 'mira@atlas' });
    await held.release();
  });

  test('learns it at the next thing that it says, too', async () => {
    const folder = temporaryFolder();
    const held = await fileLock(folder, { ...TIMES, beat: 3_600_000 }).acquire(me);
    await fileLock(folder).break();
    expect(held.lost.aborted).toBe(false);
    await held.renew('switch');
    expect(held.lost.reason).toMatchObject({ problem: { code: 'lock-lost' } });
    await held.release();
    expect((await fileLock(folder).acquire(me)).token).toBe(3);
  });
});

describe('waiting', () => {
  test('ends when the lock is free, and tells who is waited for', async () => {
    const lock = fileLock(temporaryFolder(), TIMES);
    const held = await lock.acquire(me);
    const seen: Lease[] = [];
    const waiting = lock.acquire({
      owner: 'other',
      doing: 'deploy',
      waitMs: 60_000,
      onWait: lease => {
        seen.push(lease);
        if (seen.length === 3) void held.release();
      },
    });
    expect((await waiting).token).toBe(2);
    expect(seen[0]).toMatchObject({ owner: 'mira@atlas', doing: 'deploy' });
  });

  test('ends with a refusal when the time is over', async () => {
    const lock = fileLock(temporaryFolder(), TIMES);
    await lock.acquire(me);
    const told = vi.fn();
    await expect(lock.acquire({ ...me, waitMs: 30, onWait: told })).rejects.toMatchObject(locked);
    expect(told).toHaveBeenCalled();
  });

  test('can be stopped', async () => {
    const lock = fileLock(temporaryFolder(), { ...TIMES, look: 3_600_000 });
    await lock.acquire(me);
    const stop = new AbortController();
    const waiting = lock.acquire({ ...me, waitMs: 3_600_000, signal: stop.signal, onWait: () => stop.abort() });
    await expect(waiting).rejects.toMatchObject({ problem: { code: 'interrupted' } });
  });
});
