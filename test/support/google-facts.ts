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
