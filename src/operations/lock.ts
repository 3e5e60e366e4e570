import * as z from 'zod';
import { call } from '../core/action.ts';
import { need } from '../core/fact.ts';
import { lock } from '../core/facts/lock.ts';
import type { Json } from '../core/json.ts';
import { change, question } from './operation.ts';

export const status = question({
  summary: 'who is deploying here',
  group: 'Parts',
  options: z.strictObject({}),
  examples: [['bytechat lock status', 'owner, step, and the last heartbeat']],
  checks: 'none',
  facts: () => [lock.name],
  answer: (_config, facts) => ({ ok: true, data: { lock: need(lock, facts) as unknown as Json } }),
});

export const breakLock = change({
  summary: 'end the lock of a deploy that is dead',
  group: 'Parts',
  options: z.strictObject({}),
  examples: [['bytechat lock break', 'the other deploy stops before its next change']],
  checks: 'none',
  locks: false,
  facts: () => [lock.name],
  plan(_config, facts) {
    const lease = need(lock, facts);
    if (lease === null) return { steps: [] };
    return {
      steps: [
        {
          id: 'break',
          title: `Break the lock of ${lease.owner}`,
          needs: [lock.name],
          changes: [{ action: 'delete', what: `the lock of ${lease.owner}, who is at ${lease.doing}` }],
          actions: [call('lock', 'break', {})],
        },
      ],
    };
  },
  confirm(_config, facts) {
    const lease = need(lock, facts);
    return lease === null ? undefined : { word: 'break', question: `Type break to end the deploy of ${lease.owner}` };
  },
});
