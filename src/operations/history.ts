import * as z from 'zod';
import { need } from '../core/fact.ts';
import { history as historyFact } from '../core/facts/history.ts';
import { serving } from '../core/facts/serving.ts';
import type { Json } from '../core/json.ts';
import { question } from './operation.ts';

export const history = question({
  summary: 'who deployed what, when, and how it ended',
  group: 'Everyday',
  options: z.strictObject({
    last: z.int().min(1).default(20).describe('how many, the latest first'),
  }),
  examples: [['bytechat history --json', 'every field of every deploy']],
  checks: 'none',
  facts: () => [historyFact.name, serving.name],
  answer(_config, facts, { last }) {
    const all = need(historyFact, facts);
    const records = all.slice(-last).reverse();
    return {
      ok: true,
      data: { total: all.length, serving: need(serving, facts).release, records: records as unknown as Json },
    };
  },
});
