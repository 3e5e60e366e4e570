import type { GitFact } from '../core/facts/git.ts';
import * as git from '../tools/git.ts';
import type { Observer } from './observer.ts';

export const observeGit: Observer = async ({ config: { root } }, { read }): Promise<GitFact> => {
  const [commit, changes] = await Promise.all([read(git.head(root)), read(git.changes(root))]);
  return {
    commit: commit ?? 'unknown',
    dirty: changes === undefined ? -1 : changes.split('\n').filter(line => line !== '').length,
  };
};
