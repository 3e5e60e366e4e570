import type { Facts } from '../../src/core/fact.ts';
import type { Demand } from '../../src/core/facts/demand.ts';
import { freshFacts } from './config.ts';

/** What a first deploy of two small pods asks for. */
export const DEMAND: Demand = {
  rights: [],
  kinds: [{ apiVersion: 'apps/v1', kind: 'Deployment' }],
  more: { pods: 2, 'requests.cpu': 0.2, 'limits.memory': 2 ** 28 },
  requests: { cpu: 0.1, memory: 2 ** 27 },
  limits: { memory: 2 ** 27 },
  volume: null,
  image: '',
  platform: 'linux/amd64',
  ingress: null,
  gateway: null,
  certificate: null,
  scales: false,
};

/** A cluster that has all that it is asked for, and nothing of the app yet. */
export const clusterFacts = {
  ...freshFacts,
  namespace: 'theirs',
  demand: DEMAND,
  access: { missing: [], user: '' },
  classes: { storage: [{ name: 'standard', isDefault: true }], ingress: [], gateway: null },
  quota: { quotas: [], limits: [] },
  platforms: { nodes: ['linux/amd64'], image: ['linux/amd64'], gone: false },
  served: { missing: [], metrics: true },
  certificate: null,
} as unknown as Facts;
