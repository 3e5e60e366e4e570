import { describe } from 'vitest';
import { withoutCluster } from '../support/cluster.ts';
import { gcpPlace, withGoogle } from './gcp.ts';
import { contract } from './suite.ts';

describe.skipIf(withoutCluster)('with a cluster', () => {
  const google = withGoogle();
  contract('gcp', () => gcpPlace(google), {
    gapless: true,
    guardsData: false,
    everyEdge: false,
    sparse: 20,
    asked: 8,
    patience: 180_000,
  });
});
