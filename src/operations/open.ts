import * as z from 'zod';
import { call } from '../core/action.ts';
import { need } from '../core/fact.ts';
import { serving } from '../core/facts/serving.ts';
import { BytechatError } from '../core/problem.ts';
import { notRunning } from './logs.ts';
import { change } from './operation.ts';

export const open = change({
  summary: 'open the address in a browser',
  group: 'Everyday',
  options: z.strictObject({}),
  examples: [['bytechat open', 'prints the address too, for machines without a browser']],
  checks: 'reach',
  locks: false,
  streams: true,
  facts: () => [serving.name],
  plan(config, facts) {
    const { url } = need(serving, facts);
    if (url === '') throw new BytechatError(notRunning(config));
    return {
      steps: [
        { id: 'open', title: `Open ${url}`, needs: [], changes: [], actions: [call('browser', 'open', { url })] },
      ],
    };
  },
});
