import { randomBytes } from 'node:crypto';
import { namespaceLabels } from '../../../core/kube.ts';
import type { HeldLock, Lock } from '../../../core/lock.ts';
import { holdLease, LOCK_TIMES, type LockTimes, lockOver } from '../../../engine/lease.ts';
import { good } from '../problems.ts';
import type { KubeAnswer, KubeRequest } from '../session.ts';
import { type Ask, ask, askPatiently, type BooksAt, called, collectionOf, JSON_PATCH, MERGE, pathOf } from './at.ts';
import { ensureNamespace } from './namespace.ts';
import { createServerClock, type ServerClock } from './server-clock.ts';
import {
  breaking,
  ending,
  firstLease,
  inForce,
  leaseIn,
  nextLease,
  renewal,
  type StoredLease,
  type Taking,
} from './stored-lease.ts';

const TIMES: LockTimes = { ...LOCK_TIMES, look: 1_000 };

/**
 * A lock as one Lease of the cluster, `<name>-deploy`. Its times are those of the API server's clock, which all who ask
 * share; one that nobody renewed can be taken up to 2 s after it has expired and never before. A holder whose renewals
 * do not get through gives up one beat before that. The token is `leaseTransitions`: it grows with each holder and each
 * break as long as the Lease exists, so that a writer can tell what it sees from what came later.
 */
export const leaseLock = (at: BooksAt, times: LockTimes = TIMES): Lock => {
  const way: Way = { at, times, clock: createServerClock() };
  return lockOver<StoredLease>(
    {
      look: signal => look(way, signal),
      take: (last, { owner, doing }) =>
        take(way, last, { holder: `${owner}_${randomBytes(4).toString('hex')}`, doing }),
      end: holder => broken(way, holder),
    },
    times,
  );
};

interface Way {
  readonly at: BooksAt;
  readonly times: LockTimes;
  readonly clock: ServerClock;
}

const look = async (way: Way, signal: AbortSignal | undefined) => {
  const { at } = way;
  const answer = await heard(way, { path: pathOf('lock', at), signal });
  const now = answer.date ?? Date.now();
  if (answer.status === 404) return { last: undefined, holder: undefined, now };
  const last = leaseIn(good(answer, `read ${called('lock', at)}`));
  return { last, holder: inForce(last, now) ? last : undefined, now };
};

/** Asks again what may be asked twice, and reads the server's clock each time. */
const heard = ({ at, clock }: Way, request: KubeRequest): Promise<KubeAnswer> =>
  askPatiently(at, request, listening(clock));

const listening =
  (clock: ServerClock): Ask =>
  async (at, request) => {
    const sent = performance.now();
    const answer = await ask(at, request);
    clock.hear(answer.date, sent);
    return answer;
  };

const take = async (
  way: Way,
  last: StoredLease | undefined,
  who: Pick<Taking, 'holder' | 'doing'>,
): Promise<HeldLock | undefined> => {
  const since = performance.now();
  const taking = { ...who, now: way.clock.latest(), expiryMs: way.times.expiry };
  const answer = await (last ? replaced(way, last, taking) : created(way, taking));
  const isOvertaken = answer.status === 409 || (last !== undefined && answer.status === 404);
  const lease = isOvertaken ? await mine(way, who.holder) : stored(way, answer);
  return lease && hold(way, lease, since);
};

/** Of two who have seen the same lease, the version lets one write the next. */
const replaced = (way: Way, last: StoredLease, taking: Taking): Promise<KubeAnswer> =>
  heard(way, { method: 'PATCH', path: pathOf('lock', way.at), type: MERGE, body: nextLease(last, taking) });

/** A Lease needs its namespace, and where there is none the API server takes 50 ms to say so: that is looked at first. */
const created = async (way: Way, taking: Taking): Promise<KubeAnswer> => {
  const { at } = way;
  await ensureNamespace(at, namespaceLabels(at.name));
  return heard(way, { method: 'POST', path: collectionOf('lock', at), body: firstLease(at, taking) });
};

const stored = ({ at }: Way, answer: KubeAnswer): StoredLease => leaseIn(good(answer, `write ${called('lock', at)}`));

/** The lease may be ours all the same, when the answer that said so was lost and the question was asked again. */
const mine = async (way: Way, holder: string): Promise<StoredLease | undefined> => {
  const seen = await look(way, undefined);
  return seen.holder?.holder === holder ? seen.holder : undefined;
};

const hold = (way: Way, first: StoredLease, since: number): HeldLock => {
  const { at, clock, times } = way;
  const path = pathOf('lock', at);
  const change = (body: unknown): KubeRequest => ({ method: 'PATCH', path, type: JSON_PATCH, body });
  const once = listening(clock);
  const held = holdLease(
    first,
    {
      async write(lease) {
        if (lease.ended) await heard(way, change(ending(lease)));
        else return isDone(at, await once(at, { ...change(renewal(lease, clock.latest())), timeoutMs: times.beat }));
        return true;
      },
      grace: { ms: times.expiry - times.beat, since },
    },
    times,
  );
  // One that cannot be ended expires: no reason to call a run failed that has done its work.
  return { ...held, release: () => held.release().catch(() => {}) };
};

const broken = async (way: Way, holder: StoredLease): Promise<boolean> => {
  const path = pathOf('lock', way.at);
  return isDone(way.at, await heard(way, { method: 'PATCH', path, type: MERGE, body: breaking(holder) }));
};

/** False when what it was made for does not stand there any more: a failed test is 422, another version 409. */
const isDone = (at: BooksAt, answer: KubeAnswer): boolean => {
  if ([404, 409, 422].includes(answer.status)) return false;
  good(answer, `write ${called('lock', at)}`);
  return true;
};
