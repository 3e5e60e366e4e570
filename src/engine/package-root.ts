import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const rootOf = (folder: string): string =>
  existsSync(join(folder, 'package.json')) ? folder : rootOf(dirname(folder));

/** Where this very bytechat lies: the first folder upwards that holds its package.json. */
export const packageRoot = rootOf(dirname(fileURLToPath(import.meta.url)));
