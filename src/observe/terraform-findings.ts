import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Json } from '../core/json.ts';
import type { Problem } from '../core/problem.ts';
import type { Diagnostic } from '../tools/terraform/messages.ts';
import { type Origin, problemOf, shown } from '../tools/terraform/problems.ts';
import { diagnosticsIn } from '../tools/terraform/text.ts';
import * as tool from '../tools/terraform.ts';
import type { Ask, Observer } from './observer.ts';

/** Where a project keeps Terraform files. */
const BASES = ['terraform', 'templates/terraform'];

/** Formatting of all of them, and validity of each root module that is set up: neither needs a network. Side by side. */
export const observeTerraformFindings: Observer = async ({ config: { root } }, ask) => {
  const bases = await Promise.all(BASES.map(async base => ({ base, folders: await foldersIn(join(root, base)) })));
  const found = bases.filter(({ folders }) => folders.length > 0);
  const problems = await Promise.all(
    found.map(({ base, folders }) => lookAt({ dir: join(root, base), root }, folders, ask)),
  );
  return problems.flat() as unknown as Json;
};

interface Folder {
  readonly dir: string;
  readonly isRoot: boolean;
  readonly isInitialized: boolean;
}

/** Every folder with a configuration. What has a lock file, or is the whole of it, is applied by itself. */
const foldersIn = async (base: string): Promise<Folder[]> => {
  const entries = await readdir(base, { recursive: true, withFileTypes: true }).catch(() => []);
  const own = entries.filter(({ parentPath }) => !parentPath.includes('/.terraform'));
  const dirs = new Set(
    own.filter(each => each.isFile() && each.name.endsWith('.tf')).map(({ parentPath }) => parentPath),
  );
  const has = (dir: string, name: string): boolean => own.some(each => each.parentPath === dir && each.name === name);
  return [...dirs].sort().map(dir => {
    const isInitialized = has(dir, '.terraform');
    return { dir, isInitialized, isRoot: isInitialized || dir === base || has(dir, '.terraform.lock.hcl') };
  });
};

const lookAt = async (origin: Origin, folders: readonly Folder[], ask: Ask): Promise<Problem[]> => {
  const formatted = await ask.outcome(tool.formatted(origin));
  if (formatted.status === 'missing') return [missing(origin)];
  // It cannot be read, so it is neither formatted nor valid; places are relative to where fmt has run.
  if (formatted.exitCode === 2) return errorsIn(formatted.stderr).map(each => problemOf(each, origin));
  const unformatted = formatted.exitCode === 3 ? formatted.stdout.split('\n').filter(Boolean) : [];
  const roots = folders.filter(({ isRoot }) => isRoot);
  const valid = await Promise.all(roots.map(folder => validityOf(folder, origin, ask)));
  return [...unformatted.map(file => notFormatted(join(origin.dir, file), origin)), ...valid.flat()];
};

const errorsIn = (text: string): Diagnostic[] =>
  diagnosticsIn(`${text}\n`).filter(({ severity }) => severity === 'error');

const missing = ({ dir, root }: Origin): Problem => ({
  code: 'tool-missing',
  message: `${shown(dir, root)} was not checked: terraform is not installed`,
  fix: `install it: ${tool.terraform.install}`,
  level: 'warning',
});

const notFormatted = (file: string, { dir, root }: Origin): Problem => ({
  code: 'not-formatted',
  message: 'It is not written as terraform fmt writes it',
  where: { file: shown(file, root) },
  fix: `terraform fmt -recursive ${shown(dir, root)}`,
});

const validityOf = async ({ dir, isInitialized }: Folder, { root }: Origin, ask: Ask): Promise<Problem[]> => {
  if (!isInitialized) return [unknown(shown(dir, root))];
  const { stdout } = await ask.outcome(tool.validate({ dir }));
  try {
    const { diagnostics } = JSON.parse(stdout) as { diagnostics: readonly Diagnostic[] };
    return diagnostics.map(each => problemOf(each, { dir, root }));
  } catch {
    return [unknown(shown(dir, root))];
  }
};

const unknown = (folder: string): Problem => ({
  code: 'not-initialized',
  message: `Whether ${folder} is valid is not known: its providers and modules are not set up here`,
  fix: `bytechat terraform init --dir ${folder}`,
  level: 'warning',
});
