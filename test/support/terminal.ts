import { join } from 'node:path';
import process from 'node:process';
import pty from '@lydell/node-pty';
import { onTestFinished, vi } from 'vitest';
import { createScreen, type Screen } from './screen.ts';
import { repository } from './sources.ts';

export const PROGRAM = join(repository, 'bin', 'bytechat.js');

/** What a person types and sees. */
export interface Terminal {
  readonly screen: Screen;
  readonly exit: Promise<number>;
  type(text: string): void;
  /** Resolves when the screen shows this. */
  shows(what: string | RegExp): Promise<void>;
}

export interface Sitting {
  readonly columns?: number;
  readonly env?: NodeJS.ProcessEnv;
}

/** Runs a program on a terminal of its own. */
export const onTerminal = (
  cwd: string,
  words: readonly string[],
  { columns = 80, env = {} }: Sitting = {},
): Terminal => {
  const [file = '', ...args] = words;
  const screen = createScreen();
  const { CI, FORCE_COLOR, NO_COLOR, ...inherited } = process.env;
  const child = pty.spawn(file, args, {
    cwd,
    cols: columns,
    rows: 40,
    name: 'xterm-256color',
    env: { ...inherited, LC_ALL: 'C.UTF-8', ...env } as Record<string, string>,
  });
  let over = false;
  child.onData(text => screen.write(text));
  const exit = new Promise<number>(resolve => {
    child.onExit(({ exitCode }) => {
      over = true;
      resolve(exitCode);
    });
  });
  onTestFinished(() => {
    if (!over) child.kill('SIGKILL');
  });
  return {
    screen,
    exit,
    type: text => child.write(text),
    shows: what =>
      vi.waitFor(
        () => {
          const found = typeof what === 'string' ? screen.text().includes(what) : what.test(screen.text());
          if (!found) throw new Error(`the terminal never showed ${what}:\n${screen.text()}`);
        },
        { timeout: 15_000, interval: 20 },
      ),
  };
};

/** bytechat on a terminal. */
export const typed = (cwd: string, words: readonly string[], sitting: Sitting = {}): Terminal =>
  onTerminal(cwd, [process.execPath, PROGRAM, ...words], sitting);
