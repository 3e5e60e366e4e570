import * as z from 'zod';
import type { Config } from '../config/config.ts';
import { saidOf } from '../config/origin.ts';
import { typed } from '../core/environment.ts';
import { need } from '../core/fact.ts';
import { serving } from '../core/facts/serving.ts';
import { BytechatError } from '../core/problem.ts';
import { targetOf } from '../targets/index.ts';
import { change } from './operation.ts';

export const logs = change({
  summary: 'what the app prints; -f follows it',
  group: 'Everyday',
  options: z.strictObject({
    follow: z.boolean().default(false).describe('go on until Ctrl-C, over hand-overs too'),
    lines: z.int().min(0).max(100_000).default(50).describe('how many of the last lines'),
  }),
  examples: [
    ['bytechat logs', 'the last 50 lines'],
    ['bytechat logs --follow --lines 0', 'only what is new'],
  ],
  checks: 'reach',
  locks: false,
  streams: true,
  facts: () => [serving.name],
  plan(config, facts, options) {
    if (need(serving, facts).release === '') throw new BytechatError(notRunning(config));
    const action = targetOf(config).logs(config, facts, options);
    return { steps: [{ id: 'logs', title: 'Follow the log', needs: [], changes: [], actions: [action] }] };
  },
});

export const notRunning = (config: Config) => ({
  code: 'not-running' as const,
  message: `${config.app.name} does not run here`,
  fix: typed('deploy', saidOf(config)),
});
