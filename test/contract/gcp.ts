import process from 'node:process';
import { afterAll, beforeAll } from 'vitest';
import { type Google, startGoogle } from '../support/google.ts';
import { kubernetesPlace } from './kubernetes.ts';
import type { Place } from './place.ts';

/** What stands in for Google, for all tests of a file and for every process that they start. */
export const withGoogle = (): (() => Google) => {
  let google: Google;
  beforeAll(async () => {
    google = await startGoogle({ registry: process.env.BYTECHAT_TEST_OPEN_REGISTRY ?? '' });
    Object.assign(process.env, google.env);
  });
  afterAll(() => google.stop());
  return () => google;
};

let next = 0;

/** The target `gcp`: each place has a cluster and a repository of its own, and leaves neither. */
export const gcpPlace = (google: () => Google): Place => {
  next += 1;
  const name = `cluster-${process.pid}-${next}`;
  const place = kubernetesPlace({
    target: 'gcp',
    stateless: true,
    more: `gcp: { repository: images-${process.pid}-${next}, cluster: { name: ${name} } }\n`,
  });
  const changing = (): string[] =>
    google()
      .calls.filter(({ isMutating }) => isMutating)
      .map(({ method }) => method);
  const held = (): string[] =>
    [...google().clusters.keys(), ...google().repositories.keys()].filter(each =>
      each.endsWith(`-${process.pid}-${name.split('-').at(-1)}`),
    );
  return {
    ...place,
    fingerprint: async () => [await place.fingerprint(), ...changing()].join('\n'),
    leftovers: async () => [...(await place.leftovers()), ...held()],
  };
};
