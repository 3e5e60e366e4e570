import { describe } from 'vitest';
import { withoutCluster } from '../support/cluster.ts';
import { kubernetesPlace } from './kubernetes.ts';
import { contract } from './suite.ts';

describe.skipIf(withoutCluster)('with a cluster', () => {
  contract('kubernetes, stateful, by helm', () => kubernetesPlace({ stateless: false, via: 'helm' }), {
    gapless: false,
    guardsData: false,
    everyEdge: false,
    // Each costs two deploys and their pods.
    sparse: 20,
    asked: 8,
    patience: 180_000,
  });
});
