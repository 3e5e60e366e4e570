import process from 'node:process';
import { isCode } from './files.ts';

/** Kills what is left of the group that a process has led; it may be gone already, and all that it started with it. */
export const endGroup = (leader: number): void => {
  try {
    process.kill(-leader, 'SIGKILL');
  } catch (error) {
    if (!isCode(error, 'ESRCH')) throw error;
  }
};
