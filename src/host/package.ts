import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Package } from '../config/bundled.ts';
import { packageRoot as root } from '../engine/package-root.ts';

/** This very bytechat. */
export const home: Package = { root, hasSources: existsSync(join(root, 'chat-app', 'build.ts')) };

export const version = (): string => JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version;
