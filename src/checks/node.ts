import { need } from '../core/fact.ts';
import { machine } from '../core/facts/machine.ts';
import type { Check } from './check.ts';

const LOWEST = [22, 19] as const;

export const nodeVersion: Check = {
  id: 'node',
  title: 'Node.js is new enough',
  facts: [machine.name],
  scope: 'build',
  examine(_config, facts) {
    const { node } = need(machine, facts);
    const [major = 0, minor = 0] = node.split('.').map(Number);
    if (major > LOWEST[0] || (major === LOWEST[0] && minor >= LOWEST[1])) return [];
    return [
      {
        code: 'node-too-old',
        message: `Node.js ${node} is older than ${LOWEST.join('.')}`,
        fix: 'install Node.js 24: https://nodejs.org/en/download',
      },
    ];
  },
};
