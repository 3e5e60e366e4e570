import * as z from 'zod';
import { targetOf } from '../targets/index.ts';
import { change } from './operation.ts';

export const destroy = change({
  summary: 'remove what deploy made',
  group: 'Everyday',
  options: z.strictObject({
    data: z.boolean().default(false).describe('delete the messages and the history too'),
  }),
  examples: [
    ['bytechat destroy', 'ends the app; the messages stay'],
    ['bytechat destroy --data --yes', 'leaves nothing, and asks nothing'],
  ],
  checks: 'reach',
  locks: true,
  facts: config => [...targetOf(config).facts, ...(targetOf(config).factsToDestroy ?? [])],
  plan: (config, facts, options) => targetOf(config).destroy(config, facts, options),
  confirm: ({ app: { name } }, _facts, { data }) => ({
    word: name,
    question: data ? `Type ${name} to delete it with all messages` : `Type ${name} to go on`,
  }),
});
