import { closeSync, mkdtempSync, openSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { pause } from './pause.ts';

/** How often it is looked whether there is more, in ms. */
const LOOK_MS = 50;
const CHUNK = 64 * 1024;

/** A file that one program writes while we read. */
export interface GrowingFile {
  /** What the program gets for its output. */
  readonly fd: number;
  /** Each line as it comes, until the program has ended and all is read. */
  lines(ended: Promise<unknown>): AsyncGenerator<string>;
  close(): void;
}

/**
 * In place of a pipe, for a program that has to outlive us: who writes into a pipe that nobody reads any more is killed
 * (SIGPIPE). It has no name, so nothing is left of it.
 */
export const growingFile = (): GrowingFile => {
  const folder = mkdtempSync(join(tmpdir(), 'bytechat-'));
  const path = join(folder, 'output');
  const fd = openSync(path, 'a', 0o600);
  const reading = openSync(path, 'r');
  rmSync(folder, { recursive: true });
  return {
    fd,
    lines: ended => lines(reading, ended),
    close: () => {
      closeSync(fd);
      closeSync(reading);
    },
  };
};

async function* lines(fd: number, ended: Promise<unknown>): AsyncGenerator<string> {
  const decoder = new StringDecoder();
  const chunk = Buffer.alloc(CHUNK);
  let isOver = false;
  const over = ended.then(
    () => {
      isOver = true;
    },
    () => {
      isOver = true;
    },
  );
  let open = '';
  for (;;) {
    // Asked before it is read: what was written before the end is read after it.
    const last = isOver;
    const size = readSync(fd, chunk);
    const whole = (open + decoder.write(chunk.subarray(0, size))).split('\n');
    open = whole.pop() ?? '';
    yield* whole;
    if (size === 0 && last) break;
    if (size === 0) await Promise.race([over, pause(LOOK_MS, undefined)]);
  }
  if (open !== '') yield open;
}
