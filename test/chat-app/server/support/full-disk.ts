/** A disk that is full when the test wants it: a small tmpfs, which takes root to mount. */
import { execFileSync } from 'node:child_process';
import { rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { folder } from './folder.ts';

export const canMount = process.getuid?.() === 0 && process.platform === 'linux';

export interface Disk {
  dir: string;
  fill(): void;
  free(): void;
}

export function smallDisk(): Disk {
  const dir = folder();
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', dir]);
  onTestFinished(() => {
    execFileSync('umount', ['-l', dir]);
  });
  const ballast = join(dir, 'ballast');
  return {
    dir,
    fill: () => {
      const { bavail, bsize } = statfsSync(dir);
      writeFileSync(ballast, Buffer.alloc(bavail * bsize));
    },
    free: () => rmSync(ballast),
  };
}
