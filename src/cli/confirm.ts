import process from 'node:process';
import { createInterface } from 'node:readline/promises';
import { BytechatError, type Problem } from '../core/problem.ts';

/** Asks for a typed word, never for a bare y. False when something else was typed, or nothing; Ctrl-C stops. */
export const confirm = async (word: string, question: string, signal: AbortSignal): Promise<boolean> => {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  lines.on('SIGINT', () => stop.abort(new BytechatError({ code: 'interrupted', message: 'You stopped it' })));
  try {
    const typed = await lines.question(`${question} (Enter stops): `, { signal: either });
    return typed.trim() === word;
  } catch {
    process.stderr.write('\n');
    either.throwIfAborted();
    return false;
  } finally {
    lines.close();
  }
};

export const notConfirmed = (asked: boolean): Problem => ({
  code: 'not-confirmed',
  message: asked ? 'Not confirmed' : 'Nobody can be asked here whether this is meant',
  because: 'it destroys something. Nothing was changed',
  fix: 'add --yes when it is meant',
});
