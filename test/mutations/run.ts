/** Runs tests of the client's cryptography against a client with one thing changed. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { expect, vi } from 'vitest';

export const root = join(import.meta.dirname, '../..');

/** A text that stands exactly once in a file of `chat-app`, and what is to stand there instead. */
export interface Change {
  file: string;
  find: string;
  put: string;
}

export interface Result {
  name: string;
  /** Undefined when it passed. */
  error: unknown;
}

/** Where packages are found, and vitest transforms nothing. */
const folder = join(root, 'node_modules/.cache/bytechat-mutations', String(process.pid));
let count = 0;

Object.assign(globalThis, { means: { expect, vi } });

/** The tests of `file` in whose names one of `wanted` stands, or all. */
export async function runTests(file: string, change?: Change, wanted?: readonly string[]): Promise<Result[]> {
  const { collected } = await load(file, change);
  const chosen = collected.filter(({ name }) => !wanted || wanted.some(part => name.includes(part)));
  const results: Result[] = [];
  for (const { name, work } of chosen) results.push({ name, error: await errorOf(work) });
  return results;
}

interface Collected {
  collected: { name: string; work: () => Promise<void> }[];
}

async function load(file: string, change: Change | undefined): Promise<Collected> {
  const out = join(folder, `${count++}.mjs`);
  const { outputFiles } = await build({
    stdin: {
      contents: `import './${file}'; export { collected } from 'vitest';`,
      resolveDir: join(root, 'test/chat-app'),
    },
    alias: { vitest: join(import.meta.dirname, 'collector.ts') },
    plugins: change ? [changing(change)] : [],
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    write: false,
    logLevel: 'silent',
  });
  mkdirSync(folder, { recursive: true });
  writeFileSync(out, outputFiles[0]?.text ?? '');
  try {
    return (await import(pathToFileURL(out).href)) as Collected;
  } finally {
    rmSync(out);
  }
}

const changing = ({ file, find, put }: Change): Plugin => ({
  name: 'change',
  setup: ({ onLoad }) => {
    onLoad({ filter: /\.ts$/ }, ({ path }) => {
      if (path !== join(root, 'chat-app', file)) return undefined;
      return { contents: readFileSync(path, 'utf8').replace(find, () => put), loader: 'ts' };
    });
  },
});

async function errorOf(work: () => Promise<void>): Promise<unknown> {
  try {
    await work();
    return undefined;
  } catch (error) {
    return error ?? new Error('it failed without a reason');
  }
}

export const tidy = (): void => rmSync(folder, { recursive: true, force: true });
