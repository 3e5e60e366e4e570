import process from 'node:process';
import { describe } from 'vitest';
import { withoutCluster } from '../support/cluster.ts';
import { kubernetesPlace } from './kubernetes.ts';
import { contract } from './suite.ts';

/** It takes nine minutes, and the chat by Helm keeps data too: only when somebody asks for it. */
const isWanted = process.env.BYTECHAT_TEST_LONG !== undefined;

describe.skipIf(withoutCluster || !isWanted)('with a cluster', () => {
  contract('kubernetes, stateful, by helm', () => kubernetesPlace({ stateless: false, via: 'helm' }), {
    gapless: false,
    guardsData: false,
    everyEdge: false,
    // Each costs two deploys and their pods.
    sparse: 20,
    asked: 8,
    // Not side by side: the folder of a new volume may be made anew while another one is mounted.
    sideBySide: false,
    patience: 180_000,
  });
});
