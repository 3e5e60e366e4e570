/** Who holds, or held, a lock. Times are ISO 8601, UTC. */
export interface Lease {
  /** Grows with every holder: a writer with a lower token comes too late. */
  readonly token: number;
  readonly owner: string;
  readonly doing: string;
  readonly since: string;
  readonly heartbeat: string;
}

export interface HeldLock extends Lease {
  /** Aborts when somebody else broke the lock or it could not be renewed in time. */
  readonly lost: AbortSignal;
  /** Says what is being done now, for whoever waits. */
  renew(doing?: string): Promise<void>;
  release(): Promise<void>;
}

export interface LockRequest {
  readonly owner: string;
  readonly doing: string;
  /** How long to wait for another holder, in ms. Default 0: refuse at once. */
  readonly waitMs?: number;
  readonly signal?: AbortSignal | undefined;
  /** Told each time that it has looked in vain. */
  readonly onWait?: (holder: Lease) => void;
}

/** One deploy at a time: a lease that is renewed while its holder lives, and expires when it does not. */
export interface Lock {
  acquire(request: LockRequest): Promise<HeldLock>;
  /** The lease that is in force, or undefined. */
  status(): Promise<Lease | undefined>;
  /** Ends the lease in force, whoever holds it; answers with what was broken. */
  break(): Promise<Lease | undefined>;
}
