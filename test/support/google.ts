import process from 'node:process';
import { onTestFinished, vi } from 'vitest';
import { type Google, type GoogleOptions, startGoogle } from '../stand-in/google/google.ts';

export { type Google, type GoogleOptions, startGoogle } from '../stand-in/google/google.ts';
export { ACCOUNT } from '../stand-in/google/metadata.ts';
export { APIS, APIS_OF_NEW, PROJECT } from '../stand-in/google/world.ts';

/** One of its own, which this process takes for Google until the test is over. */
export const google = async (options: GoogleOptions = {}): Promise<Google> => {
  const started = await startGoogle(options);
  for (const [name, value] of Object.entries(started.env)) vi.stubEnv(name, value);
  for (const name of ['GOOGLE_APPLICATION_CREDENTIALS', 'GCE_METADATA_IP']) vi.stubEnv(name, undefined);
  // Where a person's own credentials would be found.
  vi.stubEnv('CLOUDSDK_CONFIG', `/nowhere/${process.pid}`);
  vi.stubEnv('HOME', `/nowhere/${process.pid}`);
  onTestFinished(async () => {
    vi.unstubAllEnvs();
    await started.stop();
  });
  return started;
};
