import process from 'node:process';
import { describe } from 'vitest';
import { dockerPlace } from './docker.ts';
import { contract } from './suite.ts';

describe.skipIf(!process.env.BYTECHAT_TEST_DOCKER)('with Docker', () => {
  contract('docker, restart', () => dockerPlace({ handover: 'restart' }), {
    gapless: false,
    guardsData: false,
    everyEdge: false,
    patience: 180_000,
  });
});
