import * as z from 'zod';
import type { Config } from '../config/config.ts';
import { saidOf } from '../config/origin.ts';
import { typed } from '../core/environment.ts';
import { type Facts, need } from '../core/fact.ts';
import { kept } from '../core/facts/kept.ts';
import { serving } from '../core/facts/serving.ts';
import { BytechatError, type Problem } from '../core/problem.ts';
import { targetOf } from '../targets/index.ts';
import { change } from './operation.ts';

export const rollback = change({
  summary: 'serve an earlier release again',
  group: 'Everyday',
  options: z.strictObject({
    to: z.string().optional().describe('the release, or how its name begins; by default the one before'),
    acceptDataLoss: z
      .boolean()
      .default(false)
      .describe('go back to the data of then, from the backup, where the release cannot read that of now'),
  }),
  examples: [
    ['bytechat rollback', 'to the release that served before'],
    ['bytechat rollback --to 7d0f3a', 'to any release of bytechat history'],
  ],
  checks: 'preflight',
  recorded: 'rollback',
  locks: true,
  facts: config => targetOf(config).facts,
  plan: (config, facts, { to, acceptDataLoss }) =>
    targetOf(config).rollback(config, facts, { release: releaseNamed(to, config, facts), acceptDataLoss }),
});

/** The release that is meant: kept, and named without doubt. */
const releaseNamed = (to: string | undefined, config: Config, facts: Facts): string => {
  const { releases, order } = need(kept, facts);
  const now = need(serving, facts).release;
  const there = order.filter(release => releases.includes(release));
  const found =
    to === undefined
      ? there.filter(release => release !== now).slice(0, 1)
      : there.filter(release => release.startsWith(to));
  if (found.length === 1 && found[0]) return found[0];
  throw new BytechatError(noSuchRelease(to, there, config));
};

const noSuchRelease = (to: string | undefined, there: readonly string[], config: Config): Problem => ({
  code: 'unknown-release',
  message:
    to === undefined ? 'There is no earlier release to go back to' : `There is no single release ${to} to go back to`,
  because: `the last ${config.keep} that served are kept`,
  ...(there.length > 0 && { allowed: there }),
  fix: `${typed('history', saidOf(config))} shows them`,
});
