import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Json } from '../core/json.ts';
import type { CallOptions, Client } from '../core/runner.ts';

interface TailRequest {
  readonly folder: string;
  readonly file: string;
  readonly follow: boolean;
  readonly lines: number;
}

const LOOK_MS = 250;

/** The last lines of a log, and what comes after. A hand-over goes on in the log of the next release. */
export const logs: Client = async ({ method, request }, options) => {
  if (method !== 'tail') throw new Error(`logs has no ${method}`);
  return tail(request as unknown as TailRequest, options);
};

const tail = async ({ folder, file, follow, lines }: TailRequest, { onLine, signal }: CallOptions): Promise<Json> => {
  let current = file;
  let { size: position } = await stat(file);
  for (const line of await lastLines(file, lines)) onLine?.(line);
  while (follow && !signal?.aborted) {
    await sleep(LOOK_MS, undefined, { ...(signal && { signal }) }).catch(() => {});
    const more = await wholeLines(current, position);
    position = more.end;
    for (const line of more.lines) onLine?.(line);
    const next = more.lines.length === 0 ? await newest(folder, current) : current;
    if (next !== current) position = 0;
    current = next;
  }
  return { detail: file };
};

/** Longer lines than this on average, and fewer are shown. */
const BYTES_A_LINE = 2048;

const lastLines = async (file: string, lines: number): Promise<string[]> => {
  if (lines === 0) return [];
  const { size } = await stat(file);
  const found = await wholeLines(file, Math.max(0, size - lines * BYTES_A_LINE));
  return found.lines.slice(-lines);
};

/** The lines from a position on; one that is not finished yet is left for the next time. */
const wholeLines = async (file: string, from: number): Promise<{ lines: string[]; end: number }> => {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    const buffer = Buffer.alloc(Math.max(0, size - from));
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, from);
    const length = buffer.subarray(0, bytesRead).lastIndexOf(0x0a) + 1;
    const lines = buffer
      .toString('utf8', 0, length)
      .split('\n')
      .filter(line => line !== '');
    return { lines, end: from + length };
  } finally {
    await handle.close();
  }
};

/** The log that was written to last, when that is a later one. */
const newest = async (folder: string, current: string): Promise<string> => {
  const names = (await readdir(folder)).filter(name => name.endsWith('.log'));
  const times = await Promise.all(
    names.map(async name => ({ file: join(folder, name), at: (await stat(join(folder, name))).mtimeMs })),
  );
  const { mtimeMs } = await stat(current);
  return times.filter(({ at }) => at > mtimeMs).sort((a, b) => b.at - a.at)[0]?.file ?? current;
};
