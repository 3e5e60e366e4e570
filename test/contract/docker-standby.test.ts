import { describe } from 'vitest';
import { withoutDocker } from '../support/docker.ts';
import { thorough } from '../support/thorough.ts';
import { dockerPlace } from './docker.ts';
import { contract } from './suite.ts';

describe.skipIf(withoutDocker)('with Docker', () => {
  contract('docker, standby', () => dockerPlace({ handover: 'standby' }), {
    gapless: true,
    guardsData: true,
    everyEdge: thorough,
    patience: 180_000,
  });
});
