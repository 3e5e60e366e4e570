import { need } from '../core/fact.ts';
import { disk } from '../core/facts/disk.ts';
import { machine } from '../core/facts/machine.ts';
import type { Check } from './check.ts';

export const stateWritable: Check = {
  id: 'writable',
  title: 'The state folder can be written',
  facts: [disk.name, machine.name],
  scope: 'preflight',
  examine({ state }, facts) {
    if (need(disk, facts).writable) return [];
    const { user } = need(machine, facts);
    return [
      {
        code: 'no-permission',
        message: `${user} may not write ${state}`,
        fix: `sudo chown -R ${user} ${state}, or deploy as its owner`,
      },
    ];
  },
};
