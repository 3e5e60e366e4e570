import process from 'node:process';
import { describe } from 'vitest';
import { thorough } from '../support/thorough.ts';
import { dockerPlace } from './docker.ts';
import { contract } from './suite.ts';

describe.skipIf(!process.env.BYTECHAT_TEST_DOCKER)('with Docker', () => {
  contract('docker, standby', () => dockerPlace({ handover: 'standby' }), {
    gapless: true,
    guardsData: true,
    everyEdge: thorough,
    patience: 180_000,
  });
});
