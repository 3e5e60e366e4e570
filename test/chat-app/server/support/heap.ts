import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect: unknown = runInNewContext('gc');

export const canMeasure = typeof collect === 'function';

/** Bytes in use once all garbage is gone, buffers included. */
export async function heapAfterCollection(): Promise<number> {
  for (let nth = 0; nth < 2; nth++) {
    await new Promise(setImmediate);
    if (typeof collect === 'function') collect();
  }
  const { heapUsed, external, arrayBuffers } = process.memoryUsage();
  return heapUsed + external + arrayBuffers;
}
