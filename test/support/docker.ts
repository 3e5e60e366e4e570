import { execFile } from 'node:child_process';
import process from 'node:process';
import { promisify } from 'node:util';

/** A real Docker with BuildKit: what needs it is skipped without, and fails without when engines are required. */
export const withoutDocker =
  process.env.BYTECHAT_TEST_DOCKER === undefined && process.env.BYTECHAT_TEST_ENGINES !== 'required';

/** Rejects with what Docker said. Answers with what it printed. */
export const docker = async (...args: string[]): Promise<string> =>
  (await promisify(execFile)('docker', args, { maxBuffer: 64 * 1024 * 1024 })).stdout.trim();

/** Its first process ends as if by itself: after `docker kill` Docker would leave it so. Who tells it may end with it. */
export const endIn = async (container: string, node: string): Promise<void> => {
  await docker('exec', container, node, '-e', 'process.kill(1, "SIGTERM")').catch(() => {});
};
