import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Rejects with what kubectl said. Answers with what it printed. */
export const kubectl = async (...args: string[]): Promise<string> =>
  (await promisify(execFile)('kubectl', args, { maxBuffer: 64 * 1024 * 1024 })).stdout.trim();
