/** Lock, history and journal of an app, kept in a real cluster. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { BooksAt } from '../../src/clients/kube/books/at.ts';
import { forgetBooks } from '../../src/clients/kube/books/forget.ts';
import { clusterJournal } from '../../src/clients/kube/books/journal.ts';
import { leaseLock } from '../../src/clients/kube/books/lease-lock.ts';
import { ensureNamespace } from '../../src/clients/kube/books/namespace.ts';
import { clusterReleases } from '../../src/clients/kube/books/releases.ts';
import { ownSelector } from '../../src/core/kube.ts';
import type { HeldLock, Lease } from '../../src/core/lock.ts';
import type { ReleaseRecord } from '../../src/core/release.ts';
import { kubectl, namespaceForTest, withoutCluster } from '../support/cluster.ts';
import { clusterProxy } from '../support/cluster-proxy.ts';
import { folderWith } from '../support/folder.ts';

const TIMES = { beat: 300, expiry: 3000, look: 50 };
const HOUR = 3_600_000;
const me = { owner: 'mira@atlas', doing: 'deploy' };
const locked = { problem: { code: 'locked' } };

const booksForTest = async (): Promise<BooksAt> => ({ namespace: await namespaceForTest(), name: 'shop' });

interface Holder {
  readonly child: ChildProcess;
  /** What it says next. */
  says(): Promise<string>;
  kill(): Promise<void>;
}

/** Another process that takes the lock. */
const holderOf = (at: BooksAt, { times = TIMES, run = '' } = {}): Holder => {
  const program = join(import.meta.dirname, 'support/lease-holder.ts');
  const told = JSON.stringify({ at, times, run, owner: 'jenkins@build-7' });
  const child = spawn(process.execPath, [program, told], { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const said = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    child,
    says: async () => String((await said.next()).value),
    kill: async () => {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
};

const lease = ({ name }: BooksAt): string => `lease/${name}-deploy`;

/** Its process can be looked for from here no more. */
const moveAway = (at: BooksAt): Promise<string> =>
  kubectl('annotate', '--overwrite', '-n', at.namespace, lease(at), `bytechat.dev/process=${elsewhere}`);

const elsewhere = JSON.stringify({ pid: 1, started: 'then', space: 'another machine' });

const isLost = ({ lost }: HeldLock): Promise<unknown> => (lost.aborted ? Promise.resolve() : once(lost, 'abort'));

describe.skipIf(withoutCluster)('the lock', () => {
  test('is had by one of two who ask at once, and its token only grows', async () => {
    const at = await booksForTest();
    const tokens: number[] = [];
    for (let round = 1; round <= 20; round++) {
      const asked = await Promise.allSettled([leaseLock(at).acquire(me), leaseLock(at).acquire(me)]);
      const held = asked.flatMap(each => (each.status === 'fulfilled' ? [each.value] : []));
      const refused = asked.flatMap(each => (each.status === 'rejected' ? [each.reason] : []));
      expect(held).toHaveLength(1);
      expect(refused).toMatchObject([locked]);
      tokens.push(held[0]?.token ?? 0);
      await held[0]?.release();
      expect(await leaseLock(at).status()).toBeUndefined();
    }
    expect(tokens).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
  });

  test('refuses another process, and says who has it and what is being done', async () => {
    const at = await booksForTest();
    const holder = holderOf(at);
    expect(await holder.says()).toBe('held 1');
    await expect(leaseLock(at, TIMES).acquire(me)).rejects.toMatchObject({
      problem: {
        code: 'locked',
        message: expect.stringMatching(/^jenkins@build-7 is deploying here, for \d+ s$/),
        because: expect.stringMatching(/^it is at holding, last heartbeat \d+ s ago/),
      },
    });
    expect(await leaseLock(at).status()).toMatchObject({ token: 1, owner: 'jenkins@build-7', doing: 'holding' });
  });

  test('is waited for, and had when it is free', async () => {
    const at = await booksForTest();
    const held = await leaseLock(at, TIMES).acquire(me);
    const seen: Lease[] = [];
    const waiting = leaseLock(at, TIMES).acquire({
      owner: 'other',
      doing: 'deploy',
      waitMs: 60_000,
      onWait: each => {
        seen.push(each);
        if (seen.length === 3) void held.release();
      },
    });
    const other = await waiting;
    expect(other.token).toBe(2);
    expect(seen[0]).toMatchObject({ owner: 'mira@atlas', doing: 'deploy' });
    await other.release();
  });

  test('is waited for until the time is over, or until the one who waits is stopped', async () => {
    const at = await booksForTest();
    const held = await leaseLock(at, TIMES).acquire(me);
    await expect(leaseLock(at, TIMES).acquire({ ...me, waitMs: 200 })).rejects.toMatchObject(locked);
    const stop = new AbortController();
    const waiting = { ...me, waitMs: HOUR, signal: stop.signal, onWait: () => stop.abort() };
    const stopped = leaseLock(at, { ...TIMES, look: HOUR }).acquire(waiting);
    await expect(stopped).rejects.toMatchObject({ problem: { code: 'interrupted' } });
    await held.release();
  });

  test('beats, and says what is being done', async () => {
    const at = await booksForTest();
    const lock = leaseLock(at, TIMES);
    const held = await lock.acquire(me);
    await held.renew('switch');
    const first = await lock.status();
    expect(first).toMatchObject({ doing: 'switch', since: held.since });
    await vi.waitFor(
      async () => expect(Date.parse((await lock.status())?.heartbeat ?? '')).toBeGreaterThan(beatOf(first) + 1000),
      { timeout: 10_000, interval: 100 },
    );
    await held.release();
  });

  test('makes its namespace when that is missing', async () => {
    const at = { namespace: `${await namespaceForTest()}-2`, name: 'shop' };
    onTestFinished(async () => void (await kubectl('delete', 'namespace', at.namespace, '--wait=false')));
    expect(await leaseLock(at).status()).toBeUndefined();
    const held = await leaseLock(at).acquire(me);
    expect(held.token).toBe(1);
    await held.release();
    expect(await ensureNamespace(at, {})).toBe('there');
    expect(await kubectl('get', 'namespace', at.namespace, '--show-labels')).toContain('bytechat.dev/app=shop');
  });

  test('tells that its namespace is being deleted', async () => {
    const at = await booksForTest();
    const own = ['-n', at.namespace, 'configmap/stays'];
    await kubectl('create', 'configmap', 'stays', '-n', at.namespace);
    await kubectl('patch', ...own, '-p', '{"metadata":{"finalizers":["bytechat.dev/test"]}}');
    onTestFinished(async () => void (await kubectl('patch', ...own, '-p', '{"metadata":{"finalizers":null}}')));
    await kubectl('delete', 'namespace', at.namespace, '--wait=false');
    await expect(leaseLock(at).acquire(me)).rejects.toMatchObject({
      problem: { code: 'cluster-refused', message: `The namespace ${at.namespace} is being deleted` },
    });
  });
});

describe.skipIf(withoutCluster)('whoever may not', () => {
  test('is told what', async () => {
    const at = await booksForTest();
    await clusterReleases(at).append(recordOf(1));
    await asWhoHas(process.env.BYTECHAT_TEST_KUBE_VIEWER_TOKEN ?? '');
    // The cluster's own role "view" shows everything of an app but Leases.
    expect(await releasesIn(at)).toEqual(['r1']);
    const refused = (what: string) => ({
      problem: { code: 'no-permission', message: `The cluster does not let you ${what}` },
    });
    await expect(leaseLock(at).status()).rejects.toMatchObject(refused('read the lock of shop'));
    await expect(clusterReleases(at).append(recordOf(2))).rejects.toMatchObject(refused('write the history of shop'));
    const begin = clusterJournal(at).append({ run: 'run-1', edge: 'run.begin' });
    await expect(begin).rejects.toMatchObject(refused('write the journal of shop'));
  });

  test('look at namespaces is told that the one named is missing', async () => {
    const namespace = await namespaceForTest();
    const [own, user] = [namespace, `--serviceaccount=${namespace}:default`];
    onTestFinished(async () => void (await kubectl('delete', 'clusterrole,clusterrolebinding', own)));
    await kubectl('create', 'clusterrole', own, '--verb=get,create', '--resource=leases.coordination.k8s.io');
    await kubectl('create', 'clusterrolebinding', own, `--clusterrole=${own}`, user);
    await asWhoHas(await kubectl('create', 'token', 'default', '-n', namespace));
    await expect(leaseLock({ namespace: `${namespace}-2`, name: 'shop' }).acquire(me)).rejects.toMatchObject({
      problem: { code: 'cluster-refused', because: `namespaces "${namespace}-2" not found` },
    });
    expect((await leaseLock({ namespace, name: 'shop' }).acquire(me)).token).toBe(1);
  });
});

/** From now on the cluster is asked by whoever has this token. */
const asWhoHas = async (token: string): Promise<void> => {
  const before = process.env.KUBECONFIG;
  const raw = JSON.parse(await kubectl('config', 'view', '--raw', '--flatten', '-o', 'json'));
  const users = raw.users.map(({ name }: { name: string }) => ({ name, user: { token } }));
  process.env.KUBECONFIG = join(folderWith({ config: JSON.stringify({ ...raw, users }) }), 'config');
  onTestFinished(() => {
    process.env.KUBECONFIG = before;
  });
};

const beatOf = (seen: Lease | undefined): number => Date.parse(seen?.heartbeat ?? '');

describe.skipIf(withoutCluster)('a holder that died', () => {
  test('on this machine frees its lock at once', async () => {
    const at = await booksForTest();
    const holder = holderOf(at, { times: { ...TIMES, expiry: HOUR } });
    await holder.says();
    await holder.kill();
    expect(await leaseLock(at).status()).toBeUndefined();
    const held = await leaseLock(at).acquire(me);
    expect(held.token).toBe(2);
    await held.release();
  });

  test('elsewhere keeps it until it expires, and not much longer', async () => {
    const at = await booksForTest();
    const holder = holderOf(at);
    await holder.says();
    await holder.kill();
    await moveAway(at);
    const lock = leaseLock(at, TIMES);
    const last = beatOf(await lock.status());
    await expect(lock.acquire(me)).rejects.toMatchObject(locked);
    const held = await lock.acquire({ ...me, waitMs: 60_000 });
    // The machine that the cluster runs on is this one, so that its clock is ours.
    const waited = Date.now() - last;
    expect(held.token).toBe(2);
    expect(waited).toBeGreaterThanOrEqual(TIMES.expiry);
    await held.release();
  });

  test('is told from one that lives by the clock of the cluster, however wrong that of a machine is', async () => {
    const at = await booksForTest();
    const holder = holderOf(at);
    await holder.says();
    await moveAway(at);
    onTestFinished(() => void vi.useRealTimers());
    for (const off of [HOUR, -HOUR]) {
      vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + off });
      await expect(leaseLock(at, TIMES).acquire(me)).rejects.toMatchObject({
        problem: { code: 'locked', message: expect.stringMatching(/for \d\d? s$/) },
      });
      vi.useRealTimers();
    }
    await holder.kill();
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - HOUR });
    const held = await leaseLock(at, { ...TIMES, look: 20 }).acquire({ ...me, waitMs: HOUR });
    vi.useRealTimers();
    expect(Math.abs(beatOf(await leaseLock(at).status()) - Date.now())).toBeLessThan(5000);
    await held.release();
  });
});

describe.skipIf(withoutCluster)('a holder that lives', () => {
  test('is told when its lock is broken, and then leaves it alone', async () => {
    const at = await booksForTest();
    const holder = holderOf(at);
    await holder.says();
    const lock = leaseLock(at, TIMES);
    expect(await lock.break()).toMatchObject({ owner: 'jenkins@build-7', token: 1 });
    expect(await lock.break()).toBeUndefined();
    const held = await lock.acquire(me);
    expect(held.token).toBe(3);
    expect(await holder.says()).toBe('lost lock-lost');
    holder.child.stdin?.write('release\n');
    await once(holder.child, 'exit');
    expect(await lock.status()).toMatchObject({ token: 3, owner: 'mira@atlas' });
    await held.release();
  });

  test("learns it at the next thing that it says, too, and ends nobody else's lease", async () => {
    const at = await booksForTest();
    const rarely = { ...TIMES, beat: HOUR / 2, expiry: HOUR };
    const held = await leaseLock(at, rarely).acquire(me);
    const untold = async (): Promise<HeldLock> => {
      await leaseLock(at).break();
      return leaseLock(at, rarely).acquire({ owner: 'other', doing: 'deploy' });
    };
    const second = await untold();
    expect(held.lost.aborted).toBe(false);
    await held.renew('switch');
    expect(held.lost.reason).toMatchObject({ problem: { code: 'lock-lost' } });
    const third = await untold();
    await second.release();
    expect(await leaseLock(at).status()).toMatchObject({ token: third.token, owner: 'other', doing: 'deploy' });
    await third.release();
  });

  test('is told when it slept for longer than its lease, and somebody else has it', async () => {
    const at = await booksForTest();
    const holder = holderOf(at);
    await holder.says();
    holder.child.kill('SIGSTOP');
    const held = await leaseLock(at, TIMES).acquire({ ...me, waitMs: 60_000 });
    holder.child.kill('SIGCONT');
    expect(await holder.says()).toMatch(/^lost /);
    expect(await leaseLock(at).status()).toMatchObject({ token: 2, owner: 'mira@atlas' });
    await held.release();
  });
});

describe.skipIf(withoutCluster)('when the API server cannot be reached', () => {
  for (const way of ['gone', 'silent'] as const) {
    test(`(${way}) for less than the expiry, the lock is kept`, async () => {
      const at = await booksForTest();
      const proxy = await clusterProxy();
      const held = await leaseLock({ ...at, context: proxy.context }, TIMES).acquire(me);
      proxy.set(way);
      await new Promise(resolve => setTimeout(resolve, TIMES.expiry / 2));
      const during = beatOf(await leaseLock(at).status());
      proxy.set('open');
      await vi.waitFor(async () => expect(beatOf(await leaseLock(at).status())).toBeGreaterThan(during), 5000);
      expect(held.lost.aborted).toBe(false);
      await held.release();
      expect(await leaseLock(at).status()).toBeUndefined();
    });

    test(`(${way}) for longer, its holder gives up before anybody else can have it`, async () => {
      const at = await booksForTest();
      const proxy = await clusterProxy();
      const held = await leaseLock({ ...at, context: proxy.context }, TIMES).acquire(me);
      const ends: string[] = [];
      proxy.set(way);
      await moveAway(at);
      const other = leaseLock(at, TIMES).acquire({ owner: 'other', doing: 'deploy', waitMs: 60_000 });
      await Promise.all([isLost(held).then(() => ends.push('lost')), other.then(() => ends.push('taken'))]);
      expect(ends).toEqual(['lost', 'taken']);
      expect(held.lost.reason).toMatchObject({
        problem: { code: 'cluster-unreachable', message: 'The lock of mira@atlas could not be renewed' },
      });
      await held.release();
      expect(await leaseLock(at).status()).toMatchObject({ token: 2, owner: 'other' });
      await (await other).release();
    });
  }

  test('a lock is had although the answer that says so is lost', async () => {
    const at = await booksForTest();
    const proxy = await clusterProxy();
    const lock = leaseLock({ ...at, context: proxy.context }, TIMES);
    await lock.status();
    // The lease and the namespace are looked at, and then it is written.
    proxy.setAfter(2, 'deaf');
    const taking = lock.acquire(me);
    await vi.waitFor(async () => expect(await leaseLock(at).status()).toBeDefined(), 5000);
    proxy.setAfter(0, 'open');
    proxy.set('gone');
    proxy.set('open');
    const held = await taking;
    expect(held.token).toBe(1);
    await held.release();
  });

  test('a run that is over has not failed because its lock and its journal cannot be told so', async () => {
    const at = await booksForTest();
    const proxy = await clusterProxy();
    const away = { ...at, context: proxy.context };
    const [held, journal] = [await leaseLock(away).acquire(me), clusterJournal(away)];
    await journal.append({ run: 'run-1', edge: 'run.begin' });
    proxy.set('gone');
    const [step, ...ends] = await Promise.allSettled([
      journal.append({ run: 'run-1', edge: 'action.begin', step: 'release', action: 0 }),
      journal.append({ run: 'run-1', edge: 'run.end' }),
      held.release(),
    ]);
    expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
    expect(step).toMatchObject({ status: 'rejected', reason: { problem: { code: 'cluster-unreachable' } } });
    expect(await leaseLock(at).status()).toMatchObject({ owner: 'mira@atlas' });
    expect(await clusterJournal(at).interrupted()).toMatchObject({ run: 'run-1' });
  });

  test('a line of history is written as soon as it is there again', async () => {
    const at = await booksForTest();
    const proxy = await clusterProxy();
    proxy.set('gone');
    const writing = clusterReleases({ ...at, context: proxy.context }).append(recordOf(1));
    await new Promise(resolve => setTimeout(resolve, 1000));
    proxy.set('open');
    await writing;
    expect(await clusterReleases(at).list()).toEqual([recordOf(1)]);
  });
});

/** The so many-th second of a day. */
const recordOf = (second: number, settings: ReleaseRecord['settings'] = {}): ReleaseRecord => ({
  schema: 1,
  goal: 'deploy',
  app: 'shop',
  target: 'kubernetes',
  release: `r${second}`,
  at: new Date(Date.UTC(2026, 10, 23) + second * 1000).toISOString(),
  by: 'mira@atlas',
  commit: 'unknown',
  dirty: 0,
  config: 'c',
  settings,
  durationMs: 1,
  result: 'serves',
});

const releasesIn = async (at: BooksAt): Promise<string[]> =>
  (await clusterReleases(at).list()).map(({ release }) => release);

const times = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

describe.skipIf(withoutCluster)('history', () => {
  test('is told oldest first, by whoever asks', async () => {
    const at = await booksForTest();
    expect(await clusterReleases(at).list()).toEqual([]);
    for (const second of [2, 1, 3]) await clusterReleases(at).append(recordOf(second));
    expect(await clusterReleases(at).list()).toEqual([1, 2, 3].map(each => recordOf(each)));
  });

  test('loses nothing of two who write at once', async () => {
    const at = await booksForTest();
    const writer = async (first: number): Promise<void> => {
      const releases = clusterReleases(at);
      for (const each of times(20)) await releases.append(recordOf(first + each));
    };
    await Promise.all([writer(0), writer(20)]);
    expect(await releasesIn(at)).toEqual(times(40).map(each => `r${each}`));
  });

  test('keeps the last fifty', async () => {
    const at = await booksForTest();
    for (const each of times(53)) await clusterReleases(at).append(recordOf(each));
    expect(await releasesIn(at)).toEqual(
      times(53)
        .slice(3)
        .map(each => `r${each}`),
    );
  });

  test('stays small enough to be stored, however long its records are', async () => {
    const at = await booksForTest();
    const settings = { long: 'x'.repeat(60_000) };
    for (const each of times(20)) await clusterReleases(at).append(recordOf(each, settings));
    expect(await releasesIn(at)).toEqual(
      times(20)
        .slice(5)
        .map(each => `r${each}`),
    );
  });

  test('leaves out what is no record', async () => {
    const at = await booksForTest();
    await clusterReleases(at).append(recordOf(1));
    const data = { '20250101T000000.000Z-a': '{"schema":1,"go', note: 'hello', zero: '0', empty: '' };
    await kubectl('patch', '-n', at.namespace, 'configmap/shop-history', '-p', JSON.stringify({ data }));
    expect(await releasesIn(at)).toEqual(['r1']);
  });
});

describe.skipIf(withoutCluster)('the journal', () => {
  test('of a run that was killed is told to the next, wherever that runs', async () => {
    const at = await booksForTest();
    expect(await clusterJournal(at).interrupted()).toBeUndefined();
    const holder = holderOf(at, { run: 'run-1' });
    expect(await holder.says()).toBe('held 1');
    await holder.kill();
    expect(await clusterJournal(at).interrupted()).toMatchObject({
      run: 'run-1',
      goal: 'deploy',
      last: { edge: 'action.begin', step: 'release', action: 0 },
    });
    const next = clusterJournal(at);
    await next.append({ run: 'run-2', edge: 'run.begin', note: 'rollback' });
    expect(await clusterJournal(at).interrupted()).toMatchObject({ run: 'run-2', goal: 'rollback' });
    await next.append({ run: 'run-2', edge: 'run.end' });
    expect(await clusterJournal(at).interrupted()).toBeUndefined();
  });

  test('is written at the first action of a step, not at each', async () => {
    const at = await booksForTest();
    const journal = clusterJournal(at);
    const version = () =>
      kubectl('get', '-n', at.namespace, 'configmap/shop-journal', '-o', 'jsonpath={.metadata.resourceVersion}');
    const append = (edge: 'action.begin' | 'action.end', action: number) =>
      journal.append({ run: 'run-1', edge, step: 'release', action });
    await journal.append({ run: 'run-1', edge: 'run.begin', note: 'deploy' });
    await append('action.begin', 0);
    const before = await version();
    await append('action.end', 0);
    await append('action.begin', 1);
    expect(await version()).toBe(before);
  });

  test("of a run that was followed by another is that one's, whatever the first still says", async () => {
    const at = await booksForTest();
    const [first, second] = [clusterJournal(at), clusterJournal(at)];
    await first.append({ run: 'run-1', edge: 'run.begin', note: 'deploy' });
    await second.append({ run: 'run-2', edge: 'run.begin', note: 'deploy' });
    await first.append({ run: 'run-1', edge: 'action.begin', step: 'release', action: 0 });
    await first.append({ run: 'run-1', edge: 'run.end' });
    expect(await clusterJournal(at).interrupted()).toMatchObject({ run: 'run-2', last: { edge: 'run.begin' } });
  });
});

describe.skipIf(withoutCluster)('the books', () => {
  test('are kept when the objects of the app are listed to be pruned, and forgotten when they are asked to be', async () => {
    const at = await booksForTest();
    const held = await leaseLock(at).acquire(me);
    await clusterReleases(at).append(recordOf(1));
    await clusterJournal(at).append({ run: 'run-1', edge: 'run.begin' });
    await held.release();
    const list = (selector: string) =>
      kubectl('get', 'lease,configmap', '-n', at.namespace, '-l', selector, '-o', 'name').then(text =>
        text.split('\n'),
      );
    expect(await list('bytechat.dev/app=shop')).toHaveLength(3);
    expect(await list(ownSelector('shop'))).toEqual(['']);
    await forgetBooks(at);
    expect(await list('bytechat.dev/app=shop')).toEqual(['']);
    await forgetBooks(at);
  });

  test('are read without making anything', async () => {
    const at = { namespace: `${await namespaceForTest()}-2`, name: 'shop' };
    expect(await leaseLock(at).status()).toBeUndefined();
    expect(await leaseLock(at).break()).toBeUndefined();
    expect(await clusterReleases(at).list()).toEqual([]);
    expect(await clusterJournal(at).interrupted()).toBeUndefined();
    await expect(kubectl('get', 'namespace', at.namespace)).rejects.toThrow('not found');
  });
});
