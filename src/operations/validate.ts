import * as z from 'zod';
import { git } from '../core/facts/git.ts';
import { targetOf } from '../targets/index.ts';
import { change } from './operation.ts';

export const validate = change({
  summary: 'check everything that can be checked without changing it',
  group: 'Before',
  options: z.strictObject({
    build: z.boolean().default(false).describe('try the build too, when something changed since the last one'),
  }),
  examples: [
    ['bytechat validate', 'all problems at once, each with its fix'],
    ['bytechat validate --build --json', 'in CI'],
  ],
  checks: 'everything',
  locks: false,
  // What git says is for history and for the labels of images, and costs two processes.
  facts: config => targetOf(config).facts.filter(name => config.target !== 'local' || name !== git.name),
  plan: (config, facts, { build }) => ({ steps: build ? targetOf(config).build(config, facts) : [] }),
});
