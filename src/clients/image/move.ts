import type { Command } from '../../core/action.ts';
import { addressOf, type Login, type Repository } from '../../core/repository.ts';
import type { CallOptions } from '../../core/runner.ts';
import { credentialsFor } from '../registry/credentials.ts';
import type { DockerEnv } from './login.ts';
import { judge } from './verdict.ts';
import { whileItAnswers } from './watch.ts';

/** One push or pull. */
export interface Moving extends Repository {
  readonly command: Command;
  readonly image: string;
  /** `push to team/shop` */
  readonly wanted: string;
  readonly login: Login | null;
  readonly env: DockerEnv;
}

interface Watching {
  readonly quietMs: number;
  readonly timeoutMs: number;
}

/**
 * Runs docker once, and answers with what it printed. Docker says nothing while a layer travels, so its silence alone means
 * nothing: then the registry is asked whether it is still there.
 */
export const move = async (
  { env, login, host, ...moving }: Moving,
  { runner, signal, onLine, reveal }: CallOptions,
  watching: Watching,
): Promise<string> => {
  if (!runner) throw new Error('docker needs a runner');
  const command = { ...moving.command, env };
  const watch = { host, url: `${addressOf(host)}/v2/`, signal, ...watching };
  const outcome = await whileItAnswers(watch, watched =>
    runner.run(command, {
      signal: watched.signal,
      onLine: line => {
        watched.heard();
        onLine?.(line);
      },
    }),
  );
  const who = () => credentialsFor(host, login, { reveal, runner, signal });
  await judge(outcome, { ...moving, command, host, who });
  return outcome.stdout;
};
