/** What a process costs, and how much others took of the machine meanwhile: from /proc. */
import { readFileSync } from 'node:fs';

const TICKS_PER_SECOND = 100;

/** CPU-seconds of a process up to now, all threads. */
export function cpuOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** Resident memory, KB. */
export function memoryOf(pid: number): number {
  const line = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'));
  return Number(line?.[1] ?? 0);
}

export interface Span {
  /** How many cores the processes that are not ours have kept busy since. */
  foreign(ours: readonly number[]): number;
}

/** Of the whole machine from now on. */
export function span(ours: readonly number[]): Span {
  const began = performance.now();
  const before = { busy: busy(), own: sum(ours) };
  return {
    foreign: pids => (busy() - before.busy - (sum(pids) - before.own)) / ((performance.now() - began) / 1000),
  };
}

function busy(): number {
  const [line = ''] = readFileSync('/proc/stat', 'latin1').split('\n');
  const [user = 0, nice = 0, system = 0, , , irq = 0, soft = 0] = line.split(/\s+/).slice(1).map(Number);
  return (user + nice + system + irq + soft) / TICKS_PER_SECOND;
}

const sum = (pids: readonly number[]): number => pids.reduce((total, pid) => total + cpuOf(pid), 0);

export function median(list: readonly number[]): number {
  const sorted = [...list].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const [below = Number.NaN, above = below] = sorted.slice(Math.ceil(middle) - 1, Math.floor(middle) + 1);
  return (below + above) / 2;
}
