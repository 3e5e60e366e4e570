import { type Command, command, type Tool } from '../core/action.ts';

const git: Tool = { file: 'git', version: ['--version'], install: 'https://git-scm.com/downloads', hints: [] };

export const head = (cwd: string): Command => command(git, ['rev-parse', 'HEAD'], { cwd, timeoutMs: 10_000 });

/** One line for each file that differs from the commit. */
export const changes = (cwd: string): Command =>
  command(git, ['status', '--porcelain', '--untracked-files=normal'], { cwd, timeoutMs: 10_000 });
