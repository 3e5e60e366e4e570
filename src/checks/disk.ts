import { need } from '../core/fact.ts';
import { machine } from '../core/facts/machine.ts';
import type { Check } from './check.ts';

/** A release with its Node.js, twice, and room for the log. */
const NEEDED = 500e6;

export const diskSpace: Check = {
  id: 'disk',
  title: 'There is room for a release',
  facts: [machine.name],
  scope: 'preflight',
  examine({ state }, facts) {
    const { diskFree } = need(machine, facts);
    if (diskFree >= NEEDED) return [];
    return [
      {
        code: 'disk-full',
        message: `${Math.floor(diskFree / 1e6)} MB are free where ${state} lies, and a release needs up to ${NEEDED / 1e6}`,
        fix: 'free some space: df -h shows where it went',
      },
    ];
  },
};
