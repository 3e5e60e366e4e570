import * as z from 'zod';
import { need } from '../core/fact.ts';
import { git } from '../core/facts/git.ts';
import { health } from '../core/facts/health.ts';
import { history } from '../core/facts/history.ts';
import { local, serving } from '../core/facts/local.ts';
import { machine } from '../core/facts/machine.ts';
import { source } from '../core/facts/source.ts';
import { releaseOf } from '../steps/release.ts';
import { configOf } from '../steps/serve.ts';
import { question } from './operation.ts';

export const status = question({
  summary: 'what serves, since when, how healthy',
  group: 'Everyday',
  options: z.strictObject({}),
  examples: [
    ['bytechat status', 'for people; exit code 1 when nothing healthy serves'],
    ['bytechat status --json', 'for programs'],
  ],
  facts: () => [serving, health, history, local, source, machine, git].map(({ name }) => name),
  answer(config, facts) {
    const now = need(serving, facts);
    const checks = need(health, facts);
    const last = need(history, facts).findLast(({ release }) => release === now.release);
    const ok = now.release !== '' && checks.every(check => check.ok);
    const wanted = { release: releaseOf(config, facts), config: configOf(config, facts) };
    const drift = now.release !== '' && (now.release !== wanted.release || now.config !== wanted.config);
    const back = need(local, facts).order.filter(release => release !== now.release);
    return {
      ok,
      ...(now.release !== '' && { serving: { release: now.release, url: now.url, since: now.since } }),
      data: {
        app: config.app.name,
        target: config.target,
        ...(config.environment !== undefined && { environment: config.environment }),
        ok,
        serving: now,
        health: checks,
        by: last?.by ?? 'unknown',
        drift,
        back: [...back],
      },
    };
  },
});
