import { fact } from '../fact.ts';
import type { Problem } from '../problem.ts';

/** The playbooks of a project, and what Ansible says of their syntax. */
export interface PlaybooksFact {
  /** From the folder of the project on. */
  readonly files: readonly string[];
  readonly problems: readonly Problem[];
  /** False where there are some and no Ansible to read them. */
  readonly read: boolean;
}

export const playbooks = fact<PlaybooksFact>('playbooks');
