import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Json } from '../core/json.ts';
import type { Problem } from '../core/problem.ts';
import { readIfThere } from '../engine/files.ts';
import { sideBySide } from '../engine/side-by-side.ts';
import type { Ask, Observer } from './observer.ts';
import { findProgram } from './programs.ts';

/** How many are read at once. Each is a Python of its own. */
const AT_ONCE = 4;
/** How many folders down a playbook is looked for. */
const DEPTH = 3;
const ELSEWHERE = /^(node_modules|dist|build|coverage|vendor|roles|collections|\..*)$/;

/** The playbooks of the project, each read by Ansible itself, which asks no host and no network for it. */
export const observePlaybooks: Observer = async ({ config: { root }, env }, ask): Promise<Json> => {
  const files = (await playbooksBelow(root, DEPTH)).map(file => relative(root, file)).sort();
  if (files.length === 0) return { files, problems: [], read: true };
  if ((await findProgram('ansible-playbook', env)) === '') return { files, problems: [], read: false };
  const problems = await sideBySide(files, AT_ONCE, playbook => problemsOf(playbook, root, ask));
  return { files, problems: problems.flat() as unknown as Json[], read: true };
};

/** An inventory of its own, so that none of the user's is asked, which may be a program that asks the network. */
const problemsOf = async (playbook: string, cwd: string, ask: Ask): Promise<readonly Problem[]> => {
  const answer = await ask.call('ansible', 'problems', { playbook, cwd, inventory: 'localhost,' });
  return ((answer ?? []) as unknown as Problem[]).filter(({ code }) => !OF_A_RUN.includes(code));
};

/** What only whoever runs it brings along: other variables, other hosts, the password of a vault. */
const OF_A_RUN: readonly Problem['code'][] = ['undefined-variable', 'no-hosts', 'missing-secret'];

const playbooksBelow = async (folder: string, depth: number): Promise<string[]> => {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const found = entries.map(async entry => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return depth > 0 && !ELSEWHERE.test(entry.name) ? playbooksBelow(path, depth - 1) : [];
    return entry.isFile() && /\.ya?ml$/.test(entry.name) && isPlaybook((await readIfThere(path)) ?? '') ? [path] : [];
  });
  return (await Promise.all(found)).flat();
};

/** A list of plays: each says which hosts, or which other playbook. */
export const isPlaybook = (text: string): boolean =>
  /^- /m.test(text) && /^(- | {2})(hosts|(ansible\.builtin\.)?import_playbook):/m.test(text) && !/^[\w"'{]/m.test(text);
