import process from 'node:process';
import type { DoorRefusal } from '../core/door.ts';
import { askSocket } from '../engine/http.ts';
import { controlSocket } from './serve.ts';
import type { Settings } from './settings.ts';

/** A switch takes as long as the old release needs to let go, and a copy of the data needs. */
const TIMEOUT_MS = 60 * 60_000;

/** Asks the running door what stands on stdin, and prints one line of JSON. Resolves to the exit code. */
export const tell = async (operation: string, settings: Settings): Promise<number> => {
  const { exit, line } = await answerTo(operation, settings);
  process.stdout.write(`${line}\n`);
  return exit;
};

const answerTo = async (operation: string, settings: Settings): Promise<{ exit: number; line: string }> => {
  try {
    const ask = { method: 'POST', path: `/${operation}`, body: await stdin(), timeoutMs: TIMEOUT_MS };
    const { status, body } = await askSocket(controlSocket(settings), ask);
    return { exit: status === 200 ? 0 : 1, line: body };
  } catch (error) {
    const refusal: DoorRefusal = {
      problem: { code: 'not-running', message: 'The door does not answer', because: String(error) },
    };
    return { exit: 1, line: JSON.stringify(refusal) };
  }
};

const stdin = async (): Promise<string> => {
  if (process.stdin.isTTY) return '';
  let text = '';
  for await (const chunk of process.stdin) text += chunk;
  return text;
};
