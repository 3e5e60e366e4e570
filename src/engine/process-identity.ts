import { readFileSync, readlinkSync } from 'node:fs';
import process from 'node:process';

/** One process, told apart from a later one that got the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks from boot to its start (proc(5), field 22), and the boot; empty where the system does not say. */
  readonly started: string;
}

export const identify = (pid = process.pid): ProcessIdentity | undefined => {
  if (!isThere(pid)) return undefined;
  return { pid, started: startOf(pid) };
};

/** False when it has ended, also when another process has its number now. */
export const isAlive = ({ pid, started }: ProcessIdentity): boolean => isThere(pid) && startOf(pid) === started;

/**
 * Where process numbers mean the same as here: one boot of one machine, in one pid namespace (two containers may well
 * share a host name). Empty where the system does not say.
 */
export const processSpace = (): string => {
  const [boot, space] = [bootId(), link('/proc/self/ns/pid')];
  return boot && space ? `${boot} ${space}` : '';
};

const isThere = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return stateOf(pid) !== 'Z';
  } catch (error) {
    return Reflect.get(error as object, 'code') === 'EPERM';
  }
};

const startOf = (pid: number): string => {
  const fields = fieldsOf(pid);
  return fields ? `${bootId()}:${fields[19]}` : '';
};

const stateOf = (pid: number): string | undefined => fieldsOf(pid)?.[0];

/** The fields of /proc/<pid>/stat after the name, which may itself hold spaces and brackets. */
const fieldsOf = (pid: number): string[] | undefined => {
  const stat = read(`/proc/${pid}/stat`);
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
};

const bootId = (): string => read('/proc/sys/kernel/random/boot_id')?.trim() ?? '';

const read = (file: string): string | undefined => ifThere(() => readFileSync(file, 'utf8'));

const link = (file: string): string | undefined => ifThere(() => readlinkSync(file));

const ifThere = (look: () => string): string | undefined => {
  try {
    return look();
  } catch {
    return undefined;
  }
};
