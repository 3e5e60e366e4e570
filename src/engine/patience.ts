import process from 'node:process';
import { isCode } from './files.ts';
import { growingFile } from './growing-file.ts';

/** How a program is run that must be left to come to its own end: it is asked to stop, once, and outlives us if we are killed. */
export interface Patience {
  /** Descriptors of files instead of pipes. execa takes any; its types know only these two. */
  readonly stdio: { readonly stdout: 1; readonly stderr: 2 };
  begin(pid: number | undefined): void;
  lines(from: 'stdout' | 'stderr', ended: Promise<unknown>): AsyncGenerator<string>;
  wasAsked(): boolean;
  end(): void;
}

export const patienceFor = (signal: AbortSignal | undefined): Patience => {
  const files = { stdout: growingFile(), stderr: growingFile() };
  let asked = false;
  let leader: number | undefined;
  // The program alone, not what it has started; a second time would make it leave everything as it is.
  const ask = (): void => {
    asked = true;
    if (leader !== undefined) interrupt(leader);
  };
  return {
    stdio: { stdout: files.stdout.fd as 1, stderr: files.stderr.fd as 2 },
    begin(pid) {
      leader = pid;
      if (signal?.aborted) ask();
      else signal?.addEventListener('abort', ask, { once: true });
    },
    lines: (from, ended) => files[from].lines(ended),
    wasAsked: () => asked,
    end() {
      signal?.removeEventListener('abort', ask);
      files.stdout.close();
      files.stderr.close();
    },
  };
};

/** It may have ended just now. */
const interrupt = (pid: number): void => {
  try {
    process.kill(pid, 'SIGINT');
  } catch (error) {
    if (!isCode(error, 'ESRCH')) throw error;
  }
};
