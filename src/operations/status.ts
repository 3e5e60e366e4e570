import * as z from 'zod';
import { isTargetNamed, namedProject } from '../config/origin.ts';
import { need } from '../core/fact.ts';
import { health } from '../core/facts/health.ts';
import { history } from '../core/facts/history.ts';
import { kept } from '../core/facts/kept.ts';
import { lock } from '../core/facts/lock.ts';
import { serving } from '../core/facts/serving.ts';
import type { Json } from '../core/json.ts';
import { targetOf } from '../targets/index.ts';
import { question } from './operation.ts';

export const status = question({
  summary: 'what serves, since when, how healthy',
  group: 'Everyday',
  options: z.strictObject({}),
  examples: [
    ['bytechat status', 'for people; exit code 1 when nothing healthy serves'],
    ['bytechat status --json', 'for programs'],
  ],
  checks: 'reach',
  facts: config => [...targetOf(config).facts, health.name, history.name, lock.name],
  answer(config, facts) {
    const now = need(serving, facts);
    const checks = need(health, facts);
    const last = need(history, facts).findLast(({ release }) => release === now.release);
    const ok = now.release !== '' && checks.every(check => check.ok);
    const wanted = targetOf(config).wanted(config, facts);
    const drift = now.release !== '' && (now.release !== wanted.release || now.config !== wanted.config);
    const back = need(kept, facts).order.filter(release => release !== now.release);
    const project = namedProject(config);
    return {
      ok,
      ...(now.release !== '' && { serving: { release: now.release, url: now.url, since: now.since } }),
      data: {
        app: config.app.name,
        target: config.target,
        ...(config.environment !== undefined && { environment: config.environment }),
        ...(isTargetNamed(config) && { targetNamed: true }),
        ...(project !== undefined && { project }),
        ok,
        serving: now,
        health: checks,
        by: last?.by ?? 'unknown',
        drift,
        back: [...back],
        lock: need(lock, facts) as unknown as Json,
      },
    };
  },
});
