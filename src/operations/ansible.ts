import * as z from 'zod';
import type { Config } from '../config/config.ts';
import { checkPlaybook, type Playing, runPlaybook } from '../steps/ansible.ts';
import { change } from './operation.ts';

const options = z.strictObject({
  playbook: z.string().min(1).describe('its file, from the folder of the project on'),
  inventory: z.string().min(1).optional().describe('a file, a folder, or hosts with a comma: web1,web2,'),
  limit: z.string().min(1).optional().describe('only these hosts or groups'),
  tags: z.string().min(1).optional().describe('only tasks with one of these tags; several with commas'),
  extraVarsFile: z.string().min(1).optional().describe('a file with variables'),
  secretEnv: z
    .string()
    .regex(/^[A-Za-z_]\w*(,[A-Za-z_]\w*)*$/, 'Write names of variables, with commas between them')
    .optional()
    .describe('variables of the environment that it reads and nobody may see; several with commas'),
});

/** Of the config only its secrets matter: they are hidden in what Ansible says. */
const PARTS = { group: 'Parts', options, argument: 'playbook', aside: true, checks: 'none', facts: () => [] } as const;

const playing = (config: Config, given: z.output<typeof options>): Playing => {
  const { playbook, ...rest } = given;
  const chosen = Object.entries(rest).filter(([, value]) => value !== undefined);
  return { playbook, ...(Object.fromEntries(chosen) as Record<string, string>), cwd: config.root };
};

/** It takes no lock: what it runs may be bytechat, which takes that itself. */
export const run = change({
  ...PARTS,
  summary: 'run a playbook, and say what it came to on each host',
  examples: [
    ['bytechat ansible run site.yml --inventory hosts', 'any playbook'],
    ['bytechat ansible run site.yml --limit web1 --tags app', 'a part of it'],
    ['bytechat ansible run site.yml --secret-env API_TOKEN', 'is never shown'],
  ],
  locks: false,
  plan: (config, _facts, given) => ({ app: given.playbook, steps: runPlaybook(playing(config, given)) }),
});

export const check = change({
  ...PARTS,
  summary: 'read a playbook and say what it would change; changes nothing',
  examples: [
    ['bytechat ansible check site.yml --inventory hosts', 'syntax, then every host'],
    ['bytechat ansible check site.yml --json', 'each host with its counts'],
  ],
  locks: false,
  plan: (config, _facts, given) => ({ app: given.playbook, steps: checkPlaybook(playing(config, given)) }),
});
