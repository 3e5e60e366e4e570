import { rm } from 'node:fs/promises';
import { forgetBooks } from '../clients/kube/books/forget.ts';
import { clusterJournal } from '../clients/kube/books/journal.ts';
import { leaseLock } from '../clients/kube/books/lease-lock.ts';
import { forgetNamespace } from '../clients/kube/books/namespace.ts';
import { clusterReleases } from '../clients/kube/books/releases.ts';
import { clusterOf } from '../config/cluster.ts';
import type { Config } from '../config/config.ts';
import { isUsers, setName } from '../config/kube-set.ts';
import type { Journal } from '../core/journal.ts';
import type { Lock } from '../core/lock.ts';
import type { Plan } from '../core/plan.ts';
import type { Releases } from '../core/release.ts';
import { isInCluster } from '../core/target.ts';
import { fileJournal } from '../engine/file-journal.ts';
import { fileLock } from '../engine/file-lock.ts';
import { fileReleases } from '../engine/file-releases.ts';
import { stateOf } from './project.ts';

/** Who deploys, what was deployed, and how far it went. */
export interface Books {
  readonly lock: Lock;
  readonly releases: Releases;
  readonly journal: Journal;
  /** Last of all: what the books themselves lie in. */
  readonly forget: (leftovers: readonly string[]) => Promise<void>;
}

/** Beside what is deployed: in files of this machine, or in the cluster, where all who deploy there see them. */
export const booksOf = (config: Config, { books }: Pick<Plan, 'books'>): Books =>
  isInCluster(config.target) && books !== 'here' ? inCluster(config) : inFiles(config);

const inFiles = (config: Config): Books => ({
  lock: fileLock(config.lock),
  releases: fileReleases(stateOf(config, 'history.jsonl')),
  journal: fileJournal(stateOf(config, 'journal')),
  forget: removeFolders,
});

const inCluster = (config: Config): Books => {
  const at = { ...clusterOf(config), name: setName(config) };
  return {
    lock: leaseLock(at),
    releases: clusterReleases(at),
    journal: clusterJournal(at),
    async forget(leftovers) {
      if (leftovers.length === 0) return;
      await forgetBooks(at);
      // Others may have come into a namespace that was made for a set; what an app is in is its own.
      if (!isUsers(config)) await forgetNamespace(at);
      await removeFolders(leftovers);
    },
  };
};

const removeFolders = async (folders: readonly string[]): Promise<void> => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
};
