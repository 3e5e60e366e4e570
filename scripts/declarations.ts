import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import process from 'node:process';

/** Writes the types of the library: what `index.d.ts` leads to, and nothing else, so that they need no other package. */
export const writeDeclarations = async (root: string, folder: string): Promise<void> => {
  const all = await mkdtemp(join(tmpdir(), 'bytechat-types-'));
  try {
    compile(root, all);
    for (const [file, text] of await reachable(join(all, 'index.d.ts'))) {
      const place = join(folder, relative(all, file));
      await mkdir(dirname(place), { recursive: true });
      await writeFile(place, text);
    }
  } finally {
    await rm(all, { recursive: true, force: true });
  }
};

const compile = (root: string, outDir: string): void => {
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const args = [tsc, '--project', join(root, 'tsconfig.package.json'), '--outDir', outDir];
  const { status, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`the types were not written:\n${stdout}`);
};

const SPECIFIER = /(from |import\()(['"])(\.[^'"]*)\.ts\2/g;

/** By file: its text, with the extension that a program would import. */
const reachable = async (entry: string): Promise<Map<string, string>> => {
  const found = new Map<string, string>();
  const waiting = [entry];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (found.has(file)) continue;
    const text = await readFile(file, 'utf8');
    const packages = [...text.matchAll(/from ['"]((?!node:|\.)[^'"]+)['"]/g)].map(([, name]) => name);
    if (packages.length > 0) throw new Error(`the public types need ${packages.join(', ')}: ${file}`);
    found.set(file, text.replace(SPECIFIER, '$1$2$3.js$2'));
    for (const [, , , path] of text.matchAll(SPECIFIER))
      waiting.push(declarationAt(resolve(dirname(file), path ?? '')));
  }
  return found;
};

const declarationAt = (path: string): string => {
  const file = `${path}.d.ts`;
  if (!existsSync(file)) throw new Error(`${file} is imported and was not written`);
  return file;
};
