import { need } from '../core/fact.ts';
import { disk } from '../core/facts/disk.ts';
import type { Check } from './check.ts';

/** A release with its Node.js, twice, and room for the log. */
const NEEDED = 500e6;

export const diskSpace: Check = {
  id: 'disk',
  title: 'There is room for a release',
  facts: [disk.name],
  scope: 'preflight',
  examine({ state }, facts) {
    const { free } = need(disk, facts);
    if (free >= NEEDED) return [];
    return [
      {
        code: 'disk-full',
        message: `${Math.floor(free / 1e6)} MB are free where ${state} lies, and a release needs up to ${NEEDED / 1e6}`,
        fix: 'free some space: df -h shows where it went',
      },
    ];
  },
};
