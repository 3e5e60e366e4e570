/** The relay as a process of its own. */
import type { ChildProcess, StdioOptions } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';

const MAIN = join(import.meta.dirname, '../../../../chat-app/server/main.ts');

export interface RelayProcess {
  child: ChildProcess;
  /** Waits for the line with this message, and returns its fields. */
  logged(msg: string): Promise<Record<string, unknown>>;
  /** All lines so far. */
  lines: Record<string, unknown>[];
  /** Sends the signal, and waits for the exit code; null when the signal itself ended it. */
  stop(signal: NodeJS.Signals): Promise<number | null>;
  exited: Promise<number | null>;
}

/** `inherit` are file descriptors for 3 and up. */
export const relayProcess = (env: Record<string, string>, inherit: number[] = []): RelayProcess =>
  observed(env, [], inherit);

/** `relay.js backup …` and the like. */
export const relayCommand = (env: Record<string, string>, args: string[]): RelayProcess => observed(env, args, []);

function observed(env: Record<string, string>, args: string[], inherit: number[]): RelayProcess {
  const stdio: StdioOptions = ['ignore', 'pipe', 'inherit', ...inherit];
  const child = spawn(process.execPath, [MAIN, ...args], { env: { PATH: process.env.PATH, ...env }, stdio });
  const lines: Record<string, unknown>[] = [];
  const waiting = new Set<() => void>();
  if (child.stdout) {
    createInterface(child.stdout).on('line', line => {
      lines.push(JSON.parse(line));
      for (const wake of waiting) wake();
    });
  }
  const exited = once(child, 'close').then(([code]) => code as number | null);
  onTestFinished(async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    await exited;
  });
  return {
    child,
    lines,
    logged: msg => until(waiting, exited, () => lines.find(line => line.msg === msg)),
    stop: signal => {
      child.kill(signal);
      return exited;
    },
    exited,
  };
}

async function until<T>(waiting: Set<() => void>, exited: Promise<unknown>, look: () => T | undefined): Promise<T> {
  let gone = false;
  void exited.then(() => {
    gone = true;
  });
  for (;;) {
    const found = look();
    if (found !== undefined) return found;
    if (gone) throw new Error('the relay has exited');
    await Promise.race([
      exited,
      new Promise<void>(resolve => {
        const wake = () => {
          waiting.delete(wake);
          resolve();
        };
        waiting.add(wake);
      }),
    ]);
  }
}
