import { need } from '../core/fact.ts';
import { machine } from '../core/facts/machine.ts';
import type { Check } from './check.ts';

export const stateWritable: Check = {
  id: 'writable',
  title: 'The state folder can be written',
  facts: [machine.name],
  scope: 'preflight',
  examine({ state }, facts) {
    const { writable, user } = need(machine, facts);
    if (writable) return [];
    return [
      {
        code: 'no-permission',
        message: `${user} may not write ${state}`,
        fix: `sudo chown -R ${user} ${state}, or deploy as its owner`,
      },
    ];
  },
};
