import { join } from 'node:path';
import * as z from 'zod';
import type { Config } from '../config/config.ts';
import { call } from '../core/action.ts';
import { typed } from '../core/environment.ts';
import { need } from '../core/fact.ts';
import { serving } from '../core/facts/local.ts';
import { BytechatError } from '../core/problem.ts';
import { folderOfLogs } from '../steps/serve.ts';
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
  checks: 'none',
  locks: false,
  streams: true,
  facts: () => [serving.name],
  plan(config, facts, { follow, lines }) {
    const now = need(serving, facts);
    if (now.log === '') throw new BytechatError(notRunning(config));
    const request = { folder: folderOfLogs(config), file: join(now.log), follow, lines };
    return {
      steps: [
        { id: 'logs', title: 'Follow the log', needs: [], changes: [], actions: [call('logs', 'tail', request)] },
      ],
    };
  },
});

export const notRunning = ({ app, environment }: Config) => ({
  code: 'not-running' as const,
  message: `${app.name} does not run here`,
  fix: typed('deploy', environment),
});
