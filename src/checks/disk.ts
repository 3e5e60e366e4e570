import { need } from '../core/fact.ts';
import { disk } from '../core/facts/disk.ts';
import type { Check } from './check.ts';

/** A release with its Node.js, twice, and room for the log. */
const RELEASE = 500e6;
/** Where releases lie elsewhere: what is told of deploys. */
const RECORDS = 50e6;

export const diskSpace: Check = {
  id: 'disk',
  title: 'There is room for a release',
  facts: [disk.name],
  scope: 'preflight',
  examine({ state, target }, facts) {
    const { free } = need(disk, facts);
    const needed = target === 'local' ? RELEASE : RECORDS;
    if (free >= needed) return [];
    return [
      {
        code: 'disk-full',
        message: `${Math.floor(free / 1e6)} MB are free where ${state} lies, and a release needs up to ${needed / 1e6}`,
        fix: 'free some space: df -h shows where it went',
      },
    ];
  },
};
