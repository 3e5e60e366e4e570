/** What others do on the machine meanwhile makes a figure worth less: it is waited out, and measured again. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Measured } from './load.ts';
import { span } from './measure.ts';

/** Cores that others keep busy, beyond which a measurement says little. */
export const QUIET = 0.125;

const TRIES = 3;
const LULL_MS = 1000;
const LONGEST_WAIT = 10;

/** Of up to three measurements the one during which others did least; which one that is has nothing to do with its figures. */
export async function quietly(measure: () => Promise<Measured>): Promise<Measured> {
  const tries: Measured[] = [];
  while (tries.length < TRIES && tries.every(({ foreign }) => foreign > QUIET)) {
    await lull();
    tries.push(await measure());
  }
  return tries.reduce((best, each) => (each.foreign < best.foreign ? each : best));
}

/** Until nothing has happened here for a second, or not soon enough. */
async function lull(): Promise<void> {
  for (let nth = 0; nth < LONGEST_WAIT; nth++) {
    const second = span([process.pid]);
    await sleep(LULL_MS);
    if (second.foreign([process.pid]) <= QUIET) return;
  }
}
