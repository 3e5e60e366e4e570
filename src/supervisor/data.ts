import { mkdir, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ServeSpec } from '../core/serve.ts';
import { copyWhole } from '../engine/copy-tree.ts';

/**
 * While nobody has the data open: keeps a copy of it, or puts a copy in its place. Answers with what the data of now
 * were moved to, so that going back can put them in place again.
 */
export const arrangeData = async ({ data, backup = '', restore }: ServeSpec): Promise<string | undefined> => {
  if (backup !== '') await copyWhole(data, backup);
  if (restore === undefined) return undefined;
  const replaced = join(dirname(restore), `replaced-${Date.now().toString(36)}`);
  await mkdir(dirname(replaced), { recursive: true });
  await rename(data, replaced);
  await copyWhole(restore, data);
  return replaced;
};
