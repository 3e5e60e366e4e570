import { describe } from 'vitest';
import { withoutDocker } from '../support/docker.ts';
import { dockerPlace } from './docker.ts';
import { contract } from './suite.ts';

describe.skipIf(withoutDocker)('with Docker', () => {
  contract('docker, restart', () => dockerPlace({ handover: 'restart' }), {
    gapless: false,
    guardsData: false,
    everyEdge: false,
    patience: 180_000,
  });
});
