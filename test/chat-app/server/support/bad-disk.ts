/** A disk that is full, read-only, broken or slow when the test wants it: a library that is preloaded into the relay. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { folder } from './folder.ts';

const SOURCE = join(import.meta.dirname, 'bad-disk.c');

/** It takes a C compiler, and a system whose linker preloads. */
export const canBreakDisks =
  process.platform === 'linux' && spawnSync('cc', ['--version'], { stdio: 'ignore' }).status === 0;

export type Mood = 'well' | 'full' | 'readonly' | 'broken' | 'slow';

export interface BadDisk {
  /** What the relay's environment needs. */
  env: Record<string, string>;
  /** From the next write on. */
  becomes(mood: Mood): void;
}

export function badDisk(dataDir: string): BadDisk {
  const library = join(folder(), 'bad-disk.so');
  const { status, stderr } = spawnSync('cc', ['-shared', '-fPIC', '-o', library, SOURCE, '-ldl']);
  if (status !== 0) throw new Error(`the library was not built: ${stderr}`);
  const mood = join(folder(), 'mood');
  const becomes = (word: Mood) => writeFileSync(mood, word);
  becomes('well');
  return { env: { LD_PRELOAD: library, BAD_DISK: mood, BAD_DISK_DIR: dataDir }, becomes };
}
