import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Package } from '../config/bundled.ts';

/** Where this very bytechat lies: the first folder upwards that holds its package.json. */
const rootOf = (folder: string): string =>
  existsSync(join(folder, 'package.json')) ? folder : rootOf(dirname(folder));

const root = rootOf(dirname(fileURLToPath(import.meta.url)));

export const home: Package = { root, hasSources: existsSync(join(root, 'chat-app', 'build.ts')) };

export const version = (): string => JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version;
