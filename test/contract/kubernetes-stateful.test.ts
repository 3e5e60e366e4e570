import { describe } from 'vitest';
import { withoutCluster } from '../support/cluster.ts';
import { kubernetesPlace } from './kubernetes.ts';
import { contract } from './suite.ts';

describe.skipIf(withoutCluster)('with a cluster', () => {
  contract('kubernetes, stateful, by manifests', () => kubernetesPlace({ stateless: false }), {
    gapless: false,
    guardsData: false,
    everyEdge: false,
    patience: 180_000,
  });
});
