import type { JournalEntry } from '../../src/core/journal.ts';
import type { HeldLock, Lock, LockRequest } from '../../src/core/lock.ts';
import { BytechatError } from '../../src/core/problem.ts';
import type { NewEvent, PipelineEvent } from '../../src/core/report.ts';

export interface Recording {
  readonly events: PipelineEvent[];
  readonly emit: (event: NewEvent) => void;
  /** Type and id of each event, without what programs print. */
  readonly story: () => string[];
}

export const recordEvents = (): Recording => {
  const events: PipelineEvent[] = [];
  return {
    events,
    emit: event => void events.push({ at: '2026-11-23T14:02:07.000Z', ...event }),
    story: () =>
      events.map(event =>
        ['type', 'id']
          .map(key => Reflect.get(event, key))
          .filter(Boolean)
          .join(' '),
      ),
  };
};

/** A journal that only remembers; `log` tells it apart in an order shared with others. */
export const journalInto = (log: string[]) => ({
  append: async ({ edge, step, action }: Omit<JournalEntry, 'at'>) =>
    void log.push([edge, step, action].filter(part => part !== undefined).join(' ')),
  interrupted: async () => undefined,
});

export interface LockIn extends Lock {
  /** Ends the lease from outside, as `lock break` would. */
  lose(): void;
}

/** A lock that is free, and notes what happens to it. */
export const lockInto = (log: string[]): LockIn => {
  const lost = new AbortController();
  const held: HeldLock = {
    token: 7,
    owner: 'mira@atlas',
    doing: 'deploy',
    since: '',
    heartbeat: '',
    lost: lost.signal,
    renew: async doing => void log.push(`renew ${doing}`),
    release: async () => void log.push('release'),
  };
  return {
    acquire: async ({ owner, doing, waitMs }: LockRequest) => {
      log.push(`acquire ${owner} ${doing} ${waitMs}`);
      return held;
    },
    status: async () => undefined,
    break: async () => undefined,
    lose: () => lost.abort(new BytechatError({ code: 'lock-lost', message: 'The lock was broken' })),
  };
};
