import { mkdir, open, realpath, stat, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { BytechatError } from '../core/problem.ts';
import { isCode, readIfThere, writeWhole } from './files.ts';

/** In ms. */
const EDIT = { patience: 5000, look: 50 };

/**
 * Changes a file of somebody else's settings, whole or not at all. It keeps its permissions, a link stays a link, and a
 * new one is for its owner alone. One at a time, by the file that kubectl takes for the same. False: it is as it was.
 */
export const editFile = async (file: string, edit: (text: string) => string): Promise<boolean> => {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const release = await takeTurn(`${file}.lock`);
  try {
    const before = (await readIfThere(file)) ?? '';
    const after = edit(before);
    if (after === before) return false;
    const place = await realpath(file).catch(() => file);
    const mode = await stat(place).then(
      found => found.mode & 0o777,
      () => 0o600,
    );
    await writeWhole(place, after, mode);
    return true;
  } finally {
    await release();
  }
};

const takeTurn = async (lock: string): Promise<() => Promise<void>> => {
  const until = performance.now() + EDIT.patience;
  for (;;) {
    const handle = await open(lock, 'wx', 0o600).catch(error => {
      if (!isCode(error, 'EEXIST') || performance.now() >= until) throw isCode(error, 'EEXIST') ? inUse(lock) : error;
    });
    if (handle) {
      await handle.close();
      return () => unlink(lock);
    }
    await sleep(EDIT.look);
  }
};

const inUse = (lock: string): BytechatError =>
  new BytechatError({
    code: 'locked',
    message: `${lock} says that somebody else is writing the file beside it`,
    because: `it has been there for ${EDIT.patience / 1000} s`,
    fix: `rm ${lock} when nobody is: a program that was killed leaves it`,
  });
