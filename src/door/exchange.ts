import { existsSync } from 'node:fs';
import { lstat, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { DataChange } from '../core/door.ts';
import { copyWhole, dressLike } from '../engine/copy-tree.ts';

/** What will be the data, whole: all that lies beside it is of the past. */
const COMING = '.bytechat-coming';
/** The same once nothing of the past is left: its entries move up. */
const MOVING = '.bytechat-moving';

interface Folders {
  readonly data: string;
  readonly backups: string;
}

/**
 * While nobody has the data open: keeps a copy of them, or puts a copy in their place and keeps what was there. May be
 * asked for again after it was interrupted at any moment: a copy that is there already is left as it is.
 */
export const arrangeData = async ({ data, backups }: Folders, change: DataChange, replaced: string): Promise<void> => {
  await finishExchange(data);
  if (change.backup) await keepCopy(data, join(backups, change.backup));
  if (change.restore === undefined) return;
  await keepCopy(data, join(backups, replaced));
  await copyWhole(join(backups, change.restore), join(data, COMING));
  await finishExchange(data);
};

const keepCopy = async (data: string, to: string): Promise<void> => {
  if (!existsSync(to)) await copyWhole(data, to);
};

/** The folder itself is a mount point and stays: from the moment that the copy in it is whole, it only goes forward. */
export const finishExchange = async (data: string): Promise<void> => {
  const [coming, moving] = [join(data, COMING), join(data, MOVING)];
  await rm(`${coming}.part`, { recursive: true, force: true });
  if (existsSync(coming)) {
    for (const name of await readdir(data)) if (name !== COMING) await rm(join(data, name), { recursive: true });
    await rename(coming, moving);
  }
  if (!existsSync(moving)) return;
  for (const name of await readdir(moving)) await rename(join(moving, name), join(data, name));
  await dressLike(await lstat(moving), data);
  await rmdir(moving);
};
