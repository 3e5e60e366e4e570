import { appendFileSync, renameSync, statSync } from 'node:fs';

/** In bytes. Two files of it are kept. */
const MOST_BYTES = 256 * 1024;
/** The same line is not written again before so many ms. */
const AGAIN_MS = 10_000;
const MOST_REMEMBERED = 100;

/** Lines with the time before them, in a file that cannot fill the disk. */
export const boundedLog = (file: string, older: string): ((line: string) => void) => {
  const said = new Map<string, number>();
  return line => {
    const now = Date.now();
    if (now - (said.get(line) ?? 0) < AGAIN_MS) return;
    if (said.size >= MOST_REMEMBERED) said.clear();
    said.set(line, now);
    try {
      if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > MOST_BYTES) renameSync(file, older);
      appendFileSync(file, `${new Date(now).toISOString()} ${line}\n`, { mode: 0o600 });
    } catch {
      // A disk that is full must not end what people use.
    }
  };
};
