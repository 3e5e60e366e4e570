import * as z from 'zod';
import { targetOf } from '../targets/index.ts';
import { change } from './operation.ts';

export const deploy = change({
  summary: 'build what changed, release it, prove that it serves',
  group: 'Everyday',
  options: z.strictObject({
    acceptDataLoss: z
      .boolean()
      .default(false)
      .describe('go on although the release before cannot read the data afterwards'),
  }),
  examples: [
    ['bytechat deploy', 'the chat, or the app of bytechat.yaml'],
    ['bytechat deploy --dry-run', 'what would be run, line by line'],
    ['bytechat deploy --lock-wait 10m', 'wait when somebody else is deploying'],
  ],
  checks: 'preflight',
  recorded: 'deploy',
  locks: true,
  facts: config => targetOf(config).facts,
  plan: (config, facts, options) => targetOf(config).deploy(config, facts, options),
});
