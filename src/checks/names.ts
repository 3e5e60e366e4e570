import { need } from '../core/fact.ts';
import { containers } from '../core/facts/containers.ts';
import type { Check } from './check.ts';

export const namesFree: Check = {
  id: 'names',
  title: 'No other project has the names of our containers',
  facts: [containers.name],
  scope: 'preflight',
  targets: ['docker'],
  examine: ({ app }, facts) =>
    need(containers, facts).taken.map(name => ({
      code: 'name-taken',
      message: `The container ${name} is not of this project`,
      because: `docker inspect ${name} shows whose it is: its label bytechat.project names a folder, when bytechat made it`,
      fix: `choose another app.name than ${app.name}, or remove that container`,
    })),
};
