import { readFileSync } from 'node:fs';
import process from 'node:process';
import { type GkeRef, type GkeServer, GOOGLE_LABELS, gkeName } from '../../src/core/google.ts';
import { type Google, type GoogleOptions, google, PROJECT } from './google.ts';

const { BYTECHAT_TEST_GKE_ENDPOINT, BYTECHAT_TEST_GKE_CA, BYTECHAT_TEST_GKE_TOKEN, BYTECHAT_TEST_ENGINES } =
  process.env;

/** The real cluster, as if it were one of Google: its address, its authority, and a token that it takes. */
export const withoutGke =
  !(BYTECHAT_TEST_GKE_ENDPOINT && BYTECHAT_TEST_GKE_CA && BYTECHAT_TEST_GKE_TOKEN) &&
  BYTECHAT_TEST_ENGINES !== 'required';

export const gkeToken = BYTECHAT_TEST_GKE_TOKEN ?? '';

export const gkeRef: GkeRef = { project: PROJECT, location: 'us-central1', cluster: 'bytechat' };
export const gkeContextName = `gke_${PROJECT}_us-central1_bytechat`;

export const theirs = (): GkeServer => ({
  ...gkeRef,
  server: `https://${BYTECHAT_TEST_GKE_ENDPOINT}`,
  ca: readFileSync(BYTECHAT_TEST_GKE_CA ?? '').toString('base64'),
});

/** What stands in for Google has a cluster that runs, and that is the real one. */
export const googleWithCluster = async (options: GoogleOptions = {}): Promise<Google> => {
  const found = await google(options);
  setCluster(found, 'RUNNING');
  return found;
};

export const setCluster = ({ clusters }: Google, status: string, endpoint = BYTECHAT_TEST_GKE_ENDPOINT): void =>
  void clusters.set(gkeName(gkeRef), {
    name: gkeRef.cluster,
    location: gkeRef.location,
    status,
    endpoint,
    masterAuth: { clusterCaCertificate: theirs().ca },
    autopilot: { enabled: true },
    resourceLabels: GOOGLE_LABELS,
  });
