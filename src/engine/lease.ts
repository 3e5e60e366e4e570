import type { HeldLock, Lease, Lock, LockRequest } from '../core/lock.ts';
import { BytechatError, type Problem, problemsOf } from '../core/problem.ts';
import { pause } from './pause.ts';

/** How a lease is kept, in ms. */
export interface LockTimes {
  readonly beat: number;
  /** Without a heartbeat for this long, a lease has expired. */
  readonly expiry: number;
  /** How often a waiting run looks again. */
  readonly look: number;
}

export const LOCK_TIMES: LockTimes = { beat: 5_000, expiry: 30_000, look: 500 };

/** What stands where leases are kept. */
export interface Seen<Stored extends Lease> {
  /** The newest lease, whether it is in force or not. */
  readonly last: Stored | undefined;
  /** The same, when it is in force. */
  readonly holder: Stored | undefined;
  /** What time it is there, in ms since 1970. */
  readonly now: number;
}

/** Where leases are kept. */
export interface LeaseStore<Stored extends Lease> {
  look(signal?: AbortSignal): Promise<Seen<Stored>>;
  /** Undefined when somebody else was quicker. */
  take(last: Stored | undefined, request: LockRequest): Promise<HeldLock | undefined>;
  /** Ends somebody's lease; false when another one stands there by now. */
  end(holder: Stored): Promise<boolean>;
}

/** A lock over leases, wherever they are kept. */
export const lockOver = <Stored extends Lease>(store: LeaseStore<Stored>, { look }: LockTimes): Lock => ({
  acquire: request => orStopped(request.signal, () => acquired(store, request, look)),
  status: async () => (await store.look()).holder,
  async break() {
    for (;;) {
      const { holder } = await store.look();
      if (!holder || (await store.end(holder))) return holder;
    }
  },
});

const acquired = async <Stored extends Lease>(
  store: LeaseStore<Stored>,
  request: LockRequest,
  lookMs: number,
): Promise<HeldLock> => {
  const until = Date.now() + (request.waitMs ?? 0);
  for (;;) {
    const { last, holder, now } = await store.look(request.signal);
    if (!holder) {
      const held = await store.take(last, request);
      if (held) return held;
      continue;
    }
    if (Date.now() >= until) throw new BytechatError(lockedProblem(holder, now));
    request.onWait?.(holder);
    await pause(lookMs, request.signal);
  }
};

const orStopped = async <Result>(signal: AbortSignal | undefined, work: () => Promise<Result>): Promise<Result> => {
  try {
    return await work();
  } catch (error) {
    if (!signal?.aborted) throw error;
    throw new BytechatError({ code: 'interrupted', message: 'You stopped waiting for the lock' });
  }
};

/** How a lease that was taken is kept. */
export interface Keeper<Stored extends Lease> {
  /** False when somebody else's stands there. Rejects when it cannot be written. */
  write(lease: Stored & { readonly ended: boolean }): Promise<boolean>;
  /**
   * For how long it may fail to be written before it counts as lost, in ms, and when it was written first
   * (`performance.now()`). Without it, the first failure is the end.
   */
  readonly grace?: { readonly ms: number; readonly since: number };
}

/** Renews a lease until it is released or lost. One write at a time, in the order in which they were asked for. */
export const holdLease = <Stored extends Lease>(first: Stored, keeper: Keeper<Stored>, times: LockTimes): HeldLock => {
  const lost = new AbortController();
  let lease = { ...first, ended: false };
  let turn: Promise<void> = Promise.resolve();
  const lose = (problem: Problem): void => lost.abort(new BytechatError(problem));
  const patience = patienceFor(keeper.grace, error => lose(unrenewedProblem(lease, error)));
  const write = async (change: Partial<typeof lease>): Promise<void> => {
    if (lost.signal.aborted) return;
    lease = { ...lease, ...change };
    const begun = performance.now();
    try {
      if (await keeper.write(lease)) patience.renewed(begun);
      else lose(lostProblem(lease));
    } catch (error) {
      patience.failed(error);
      throw error;
    }
  };
  const inTurn = (change: Partial<typeof lease>): Promise<void> => {
    turn = turn.catch(() => {}).then(() => write(change));
    return turn;
  };
  const rest = beating(() => inTurn({}), times);
  lost.signal.addEventListener('abort', rest);
  return {
    ...first,
    lost: lost.signal,
    renew: doing => inTurn(doing === undefined ? {} : ({ doing } as Partial<typeof lease>)),
    async release() {
      rest();
      patience.end();
      await inTurn({ ended: true } as Partial<typeof lease>);
    },
  };
};

/** A beat that failed is made up for as soon as a waiting run would look again. */
const beating = (beat: () => Promise<void>, { beat: everyMs, look }: LockTimes): (() => void) => {
  let [timer, over]: [NodeJS.Timeout | undefined, boolean] = [undefined, false];
  const after = (ms: number): void => {
    if (!over) timer = setTimeout(once, ms).unref();
  };
  const once = (): void => {
    const [well, badly] = [() => after(everyMs), () => after(look)];
    beat().then(well, badly);
  };
  after(everyMs);
  return () => {
    over = true;
    clearTimeout(timer);
  };
};

/** Gives up when there was no success for too long, also when a try has hung all the while. */
const patienceFor = (grace: Keeper<Lease>['grace'], giveUp: (error: unknown) => void) => {
  let [timer, over]: [NodeJS.Timeout | undefined, boolean] = [undefined, false];
  let why: unknown = new Error('it is not known whether it still stands');
  const renewed = (since: number): void => {
    clearTimeout(timer);
    if (grace && !over)
      timer = setTimeout(() => giveUp(why), Math.max(0, since + grace.ms - performance.now())).unref();
  };
  if (grace) renewed(grace.since);
  return {
    renewed,
    failed(error: unknown) {
      why = error;
      if (!grace) giveUp(error);
    },
    end() {
      over = true;
      clearTimeout(timer);
    },
  };
};

const ago = (time: string, now: number): string => `${Math.max(0, Math.round((now - Date.parse(time)) / 1000))} s`;

const lockedProblem = ({ owner, since, doing, heartbeat }: Lease, now: number): Problem => ({
  code: 'locked',
  message: `${owner} is deploying here, for ${ago(since, now)}`,
  because: `it is at ${doing}, last heartbeat ${ago(heartbeat, now)} ago. Nothing was changed`,
  fix: 'bytechat deploy --lock-wait 10m',
});

const lostProblem = ({ owner }: Lease): Problem => ({
  code: 'lock-lost',
  message: `The lock of ${owner} was broken by somebody else`,
  because: 'another deploy may be under way, so this one stops before its next change',
  fix: 'bytechat status, then deploy again',
});

/** When the machine or the network is the reason, such as a full disk, that is what has happened. */
const unrenewedProblem = ({ owner }: Lease, error: unknown): Problem => {
  const [{ code, fix }] = problemsOf(error) as [Problem];
  return {
    ...(code === 'bug'
      ? { code: 'lock-lost', fix: 'bytechat status, then deploy again' }
      : { code, ...(fix && { fix }) }),
    message: `The lock of ${owner} could not be renewed`,
    because: error instanceof Error ? error.message : String(error),
  };
};
