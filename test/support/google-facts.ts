import type { GkeFact, RepositoryFact } from '../../src/core/facts/google.ts';

/** A cluster of ours that runs, as its fact tells of it. */
export const runningCluster = (more: Partial<GkeFact> = {}): GkeFact => ({
  name: 'bytechat',
  location: 'us-central1',
  status: 'RUNNING',
  because: '',
  mode: 'autopilot',
  channel: 'regular',
  version: '1.34.1-gke.100',
  ours: true,
  dnsEndpoint: '',
  endpoint: '203.0.113.9',
  ca: 'Q0E=',
  pools: [],
  operation: '',
  created: '2026-11-27T10:00:00Z',
  ...more,
});

/** A repository of ours in which nothing is. */
export const emptyRepository: RepositoryFact = {
  name: 'bytechat',
  location: 'us-central1',
  format: 'DOCKER',
  immutable: true,
  ours: true,
  sizeBytes: 0,
};

/** What a look at the cluster tells before it is there. */
export const clusterToBe = {
  context: 'gke_my-project_us-central1_bytechat',
  server: '',
  version: '',
  problem: { code: 'no-cluster', message: 'There is no cluster bytechat in us-central1 of my-project' },
};

/** One of the app, and one of somebody else. */
export const twoImages = [
  { image: 'demo', digest: 'sha256:aa', tags: ['b7c01e5a90d2'], sizeBytes: 1e7, uploaded: '2026-11-27T10:00:00Z' },
  { image: 'other', digest: 'sha256:bb', tags: ['7d0f3a11c2e4'], sizeBytes: 1e7, uploaded: '2026-11-27T10:00:00Z' },
];
