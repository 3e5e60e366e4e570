import { hostname, userInfo } from 'node:os';
import process from 'node:process';
import type { MachineFact } from '../core/facts/machine.ts';
import type { Observer } from './observer.ts';

export const observeMachine: Observer = async (): Promise<MachineFact> => ({
  node: process.versions.node,
  platform: process.platform,
  arch: process.arch,
  user: userName(),
  host: hostname(),
});

/** A container may run under a number that has no name. */
const userName = (): string => {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? 'unknown');
  }
};
