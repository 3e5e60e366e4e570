import * as z from 'zod';
import { gkeRef } from '../config/gcp.ts';
import { need } from '../core/fact.ts';
import { execCredential } from '../core/facts/token.ts';
import { namesCluster } from '../steps/google-access.ts';
import { change, question } from './operation.ts';

export const credentials = change({
  summary: 'let kubectl and helm reach the cluster, by the kubeconfig',
  group: 'Parts',
  target: 'gcp',
  appless: true,
  options: z.strictObject({
    keepContext: z.boolean().default(false).describe('leave the current context as it is'),
  }),
  examples: [
    ['bytechat gke credentials', 'kubectl asks bytechat for tokens'],
    ['bytechat gke credentials --keep-context', 'kubectl stays with the cluster it has'],
  ],
  checks: 'none',
  locks: false,
  facts: () => [],
  plan: (config, _facts, { keepContext }) => ({
    steps: [namesCluster(gkeRef(config), keepContext)],
    next: ['kubectl get namespaces'],
  }),
});

export const token = question({
  summary: 'a token of Google for kubectl and helm: what gke credentials has them ask for',
  group: 'Parts',
  options: z.strictObject({}),
  standalone: true,
  examples: [['bytechat gke token', 'an ExecCredential of Kubernetes, on stdout']],
  checks: 'none',
  facts: () => [execCredential.name],
  answer: (_config, facts) => ({ ok: true, data: need(execCredential, facts) }),
});
