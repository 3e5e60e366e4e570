import { called, consoleOf, gcloud } from '../../core/gke-problem.ts';
import type { GkeRef, GkeServer } from '../../core/google.ts';
import type { Problem } from '../../core/problem.ts';
import { unreachable } from './problems.ts';

/** Asked twice, with two tokens. */
export const unknownThere = (ref: GkeRef, because: string): Problem => ({
  code: 'no-permission',
  message: `The cluster ${called(ref)} does not know who you are`,
  because,
  fix: 'gcloud auth application-default login, as somebody whom the project gives the role Kubernetes Engine Developer (roles/container.developer)',
});

/** Its control plane may be closed to where we are. */
export const closed = (at: GkeServer, error: unknown): Problem => ({
  ...unreachable(at.server, error),
  fix: `${gcloud('describe', at)} shows how it is reached: its DNS endpoint, or the networks that may; ${consoleOf(at)}`,
});
