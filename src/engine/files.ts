import { randomUUID } from 'node:crypto';
import { type FileHandle, link, mkdir, open, readFile, rename, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';

/** The text, or undefined when the file is not there. */
export const readIfThere = async (file: string): Promise<string | undefined> => {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (isCode(error, 'ENOENT') || isCode(error, 'ENOTDIR')) return undefined;
    throw error;
  }
};

/** Whole or not at all, also when the power goes: written beside, flushed, renamed. */
export const writeWhole = async (file: string, text: string, mode = 0o644): Promise<void> => {
  const beside = await writeBeside(file, text, mode);
  await rename(beside, file);
};

/** Like `writeWhole`, but false when the file exists already: of two at once, one wins. */
export const createWhole = async (file: string, text: string): Promise<boolean> => {
  const beside = await writeBeside(file, text, 0o644);
  try {
    await link(beside, file);
    return true;
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false;
    throw error;
  } finally {
    await unlink(beside);
  }
};

/** Adds a line that is on the disk when the promise resolves. A line that a crash has cut off is closed first. */
export const appendLine = async (file: string, line: string): Promise<void> => {
  await mkdir(dirname(file), { recursive: true });
  const handle = await open(file, 'a+');
  try {
    await handle.write(`${(await endsOpen(handle)) ? '\n' : ''}${line}\n`);
    await handle.datasync();
  } finally {
    await handle.close();
  }
};

const endsOpen = async (handle: FileHandle): Promise<boolean> => {
  const { size } = await handle.stat();
  if (size === 0) return false;
  const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, size - 1);
  return buffer[0] !== 0x0a;
};

/** The lines that are whole JSON: a line that a crash has cut off is left out. */
export const jsonLines = <Line>(text: string): Line[] =>
  text
    .split('\n')
    .filter(line => line !== '')
    .flatMap(line => {
      try {
        return [JSON.parse(line) as Line];
      } catch {
        return [];
      }
    });

export const isCode = (error: unknown, code: string): boolean =>
  error instanceof Error && Reflect.get(error, 'code') === code;

const writeBeside = async (file: string, text: string, mode: number): Promise<string> => {
  await mkdir(dirname(file), { recursive: true });
  const beside = `${file}.${randomUUID()}`;
  const handle = await open(beside, 'wx', mode);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  return beside;
};
