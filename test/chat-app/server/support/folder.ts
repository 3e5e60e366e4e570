import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A folder of the test's own, gone with it. */
export function folder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'bytechat-relay-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}
