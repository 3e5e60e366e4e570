import process from 'node:process';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { BytechatError } from '../core/problem.ts';

/** Where `--password-stdin` puts what it reads: an operation knows a secret only by the name of its variable. */
export const PASSWORD_VARIABLE = 'BYTECHAT_REGISTRY_PASSWORD';

/** The password from a pipe, or typed unseen where a terminal is. Throws when there is none. */
export const readPassword = async (signal: AbortSignal): Promise<string> => {
  const text = process.stdin.isTTY ? await askUnseen(signal) : await readAll();
  const password = text.replace(/\r?\n$/, '');
  if (password !== '') return password;
  throw new BytechatError({
    code: 'missing-secret',
    message: 'No password came by stdin',
    fix: 'bytechat registry login --password-stdin < file-with-the-password',
  });
};

const readAll = async (): Promise<string> => {
  let text = '';
  for await (const chunk of process.stdin.setEncoding('utf8')) text += chunk;
  return text;
};

const askUnseen = async (signal: AbortSignal): Promise<string> => {
  const unseen = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: unseen, terminal: true });
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  lines.on('SIGINT', () => stop.abort(new BytechatError({ code: 'interrupted', message: 'You stopped it' })));
  process.stderr.write('Password (not shown): ');
  try {
    return await lines.question('', { signal: either });
  } catch {
    either.throwIfAborted();
    return '';
  } finally {
    process.stderr.write('\n');
    lines.close();
  }
};
