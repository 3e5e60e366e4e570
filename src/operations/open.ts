import * as z from 'zod';
import { call } from '../core/action.ts';
import { need } from '../core/fact.ts';
import { serving } from '../core/facts/serving.ts';
import { BytechatError } from '../core/problem.ts';
import { targetOf } from '../targets/index.ts';
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
    const { url: known, release } = need(serving, facts);
    const lead = known === '' && release !== '' ? targetOf(config).lead?.(config) : undefined;
    if (known === '' && !lead) throw new BytechatError(notRunning(config));
    const url = lead ? { $value: 'forward.url' } : known;
    const actions = [...(lead ? [lead] : []), call('browser', 'open', { url })];
    return { steps: [{ id: 'open', title: `Open ${known || config.app.name}`, needs: [], changes: [], actions }] };
  },
});
