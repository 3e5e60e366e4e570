import { describe } from 'vitest';
import { withoutCluster } from '../support/cluster.ts';
import { kubernetesPlace } from './kubernetes.ts';
import { contract } from './suite.ts';

describe.skipIf(withoutCluster)('with a cluster', () => {
  contract('kubernetes, stateless, by manifests', () => kubernetesPlace({ stateless: true }), {
    gapless: true,
    guardsData: false,
    everyEdge: false,
    // Each costs two deploys and their pods.
    sparse: 20,
    // A connection through the API server costs it 13 ms of CPU; 50 a second are asked once, in kube-deploy.test.ts.
    asked: 8,
    patience: 180_000,
  });
});
