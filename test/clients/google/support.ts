import { createArtifacts } from '../../../src/clients/artifacts.ts';
import { createGcp } from '../../../src/clients/gcp.ts';
import { createGke } from '../../../src/clients/gke.ts';
import type { Timing } from '../../../src/clients/google/patience.ts';
import { call } from '../../../src/core/action.ts';
import type { Json, JsonObject } from '../../../src/core/json.ts';
import type { CallOptions, Client } from '../../../src/core/runner.ts';
import { pause as shortPause } from '../../../src/engine/pause.ts';
import { PROJECT } from '../../support/google.ts';

export const REF = { project: PROJECT, location: 'us-central1', cluster: 'shop' } as const;
export const SHOP = { ...REF, mode: 'autopilot', channel: 'regular' } as const;
export const STANDARD = {
  ...REF,
  location: 'us-central1-b',
  mode: 'standard',
  channel: 'stable',
  machine: 'e2-medium',
  spot: true,
  disk: 30,
  nodes: { min: 0, max: 3 },
} as const;
export const APPS = { project: PROJECT, location: 'us-central1', repository: 'apps' } as const;

/** One client, with pauses that are noted and made a hundred times shorter, and the lines that it says. */
export interface Asking {
  (method: string, request: JsonObject, options?: CallOptions): Promise<Record<string, Json>>;
  readonly lines: string[];
  readonly pauses: number[];
}

/** `onPause` is called with how many there were. */
type OnPause = (count: number) => void | Promise<void>;

const at = (api: string, create: (timing: Timing) => Client, onPause: OnPause = () => {}): Asking => {
  const [lines, pauses]: [string[], number[]] = [[], []];
  const pause = async (ms: number, signal: AbortSignal | undefined): Promise<void> => {
    pauses.push(ms);
    await onPause(pauses.length);
    await shortPause(ms / 100, signal);
  };
  const client = create({ pollMs: 500, pause });
  const onLine = (line: string): void => void lines.push(line);
  const ask = async (method: string, request: JsonObject, options: CallOptions = {}) =>
    (await client(call(api, method, request), { onLine, ...options })) as Record<string, Json>;
  return Object.assign(ask, { lines, pauses });
};

export const gkeAt = (onPause?: OnPause): Asking => at('gke', createGke, onPause);
export const gcpAt = (onPause?: OnPause): Asking => at('gcp', createGcp, onPause);
export const artifactsAt = (onPause?: OnPause): Asking => at('artifacts', createArtifacts, onPause);
