import { closeSync, existsSync, openSync, readFileSync, readSync } from 'node:fs';

/** Of a child process, on Linux: everything that it may write to, piece by piece. Nothing on other systems. */
export function* memoryOf(pid: number): Generator<Buffer> {
  if (!existsSync(`/proc/${pid}/maps`)) return;
  const file = openSync(`/proc/${pid}/mem`, 'r');
  try {
    for (const [, from = '', to = ''] of readFileSync(`/proc/${pid}/maps`, 'utf8').matchAll(WRITABLE)) {
      yield* pieces(file, Number.parseInt(from, 16), Number.parseInt(to, 16));
    }
  } finally {
    closeSync(file);
  }
}

const WRITABLE = /^([0-9a-f]+)-([0-9a-f]+) rw/gm;
const PIECE = 16 * 1024 * 1024;
/** So that nothing is missed where two pieces meet. */
const OVERLAP = 4096;

function* pieces(file: number, from: number, to: number): Generator<Buffer> {
  for (let at = from; at < to; at += PIECE) {
    const piece = Buffer.alloc(Math.min(PIECE + OVERLAP, to - at));
    const length = readable(file, piece, at);
    if (length > 0) yield piece.subarray(0, length);
  }
}

/** Pages that were given back meanwhile are nowhere. */
function readable(file: number, into: Buffer, at: number): number {
  try {
    return readSync(file, into, 0, into.length, at);
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'EIO' || error.code === 'EFAULT')) return 0;
    throw error;
  }
}
