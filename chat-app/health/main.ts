/**
 * `node health.js`: is the relay alive whose environment this is? Prints one JSON line and exits with 0,
 * `{"ok":true,"state":"serving"}`, or with 1, `{"ok":false,"why":…}`. For where there is no shell and no curl.
 */
import { ask } from './ask.ts';
import { publicPlaces, standbyPlace } from './places.ts';

/** Less than what a container's health check is given. */
const TIMEOUT_MS = 4000;

const result = await stateOf(AbortSignal.timeout(TIMEOUT_MS)).then(
  state => ({ ok: true, state }),
  (error: Error) => ({ ok: false, why: error.cause instanceof Error ? error.cause.message : error.message }),
);
process.stdout.write(`${JSON.stringify(result)}\n`);
process.exitCode = result.ok ? 0 : 1;

async function stateOf(signal: AbortSignal): Promise<string> {
  const standby = standbyPlace(process.env);
  const state = standby ? await ask(standby, signal) : 'serving';
  // Once it serves, it must answer there, too.
  return state === 'serving' ? askPublicly(signal) : state;
}

/** At the first port that answers; fails as the last one does. */
async function askPublicly(signal: AbortSignal): Promise<string> {
  let failure: unknown;
  for (const place of publicPlaces(process.env)) {
    try {
      return await ask(place, signal);
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}
