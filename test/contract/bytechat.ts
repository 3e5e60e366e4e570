import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';

export const repository = dirname(dirname(import.meta.dirname));
const built = join(repository, 'bin', 'bytechat.js');

export interface Ran {
  readonly exit: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A run of the built command line, as a process of its own. */
export interface Running {
  readonly pid: number;
  readonly ended: Promise<Ran>;
  kill(signal: NodeJS.Signals): void;
  /** Resolves when it has said this. */
  said(words: string): Promise<void>;
}

export const start = (cwd: string, args: readonly string[], env: NodeJS.ProcessEnv = {}, program = built): Running => {
  const child = spawn(process.execPath, [program, ...args], {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const text = { stdout: '', stderr: '' };
  const listeners = new Set<() => void>();
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', chunk => {
      text[name] += chunk;
      for (const listener of listeners) listener();
    });
  }
  const ended = once(child, 'close').then(([exit, signal]) => ({ exit, signal, ...text }) as Ran);
  return {
    pid: child.pid ?? 0,
    ended,
    kill: signal => child.kill(signal),
    said: words =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (text.stderr.includes(words) || text.stdout.includes(words)) resolve();
        };
        listeners.add(look);
        look();
        void ended.then(() => reject(new Error(`it never said ${words}:\n${text.stderr}`)));
      }),
  };
};

export const bytechat = (cwd: string, ...args: readonly string[]): Promise<Ran> => start(cwd, args).ended;
