import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A folder of its own for the test that runs; it is gone when the test is. */
export const temporaryFolder = (): string => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'bytechat-test-')));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  return folder;
};

/** A temporary folder with these files, by path. */
export const folderWith = (files: Readonly<Record<string, string>>): string => {
  const folder = temporaryFolder();
  writeFiles(folder, files);
  return folder;
};

export const writeFiles = (folder: string, files: Readonly<Record<string, string>>): void => {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
};

/** A program that a shell can run. */
export const writeProgram = (folder: string, path: string, text: string): string => {
  writeFiles(folder, { [path]: text });
  chmodSync(join(folder, path), 0o755);
  return join(folder, path);
};
