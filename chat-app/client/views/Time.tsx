import { clockTime, machineTime } from './times.ts';

export function Time({ at }: { at: number }) {
  return <time dateTime={machineTime(at)}>{clockTime(at)}</time>;
}
