import { kubernetes } from './kubernetes.ts';
import type { Target } from './target.ts';

/** Google Cloud: a cluster of Google Kubernetes Engine that is made first, and then the target `kubernetes` in it. */
export const gcp: Target = {
  ...kubernetes,
  name: 'gcp',
  summary: 'Google Cloud: a GKE cluster, and the app in it',
};
