import type { Json } from '../../core/json.ts';
import { refusalOf } from '../google/ask.ts';
import { failureOfAnswer } from '../google/failure.ts';
import { rememberEnabled } from '../google/lately.ts';
import { POLL } from '../google/patience.ts';
import { pollOf } from '../google/poll.ts';
import { askGcp, type Gcp, SERVICE_USAGE } from './session.ts';

interface Asked {
  /** `container.googleapis.com`; at most 20. */
  readonly apis: readonly string[];
}

/** google.longrunning.Operation, as JSON. */
interface Operation {
  readonly name: string;
  readonly done?: boolean;
  readonly error?: Json;
}

const doing = 'switch APIs on';

/** Switches APIs on, and waits for it. Those that are on stay so. */
export const enable = async ({ apis }: Asked, gcp: Gcp): Promise<Json> => {
  const path = `/v1/projects/${gcp.project}/services:batchEnable`;
  const first = await askGcp<Operation>(
    { method: 'POST', host: SERVICE_USAGE, path, body: { serviceIds: apis }, doing },
    gcp,
  );
  const { error } = await untilDone(first, apis, gcp);
  if (error !== undefined) throw await refusalOf(failureOfAnswer(400, { error }), doing, gcp.project);
  rememberEnabled(gcp.project, apis);
  return { detail: `${apis.length} ${apis.length === 1 ? 'API' : 'APIs'} on` };
};

const untilDone = async (first: Operation, apis: readonly string[], gcp: Gcp): Promise<Operation> => {
  gcp.options.onLine?.(`switching on ${apis.join(', ')}`);
  let current = first;
  while (current.done !== true) {
    await gcp.timing.pause(pollOf(gcp.timing), gcp.options.signal);
    current = await askGcp<Operation>({ host: SERVICE_USAGE, path: `/v1/${first.name}`, doing }, gcp, POLL);
  }
  return current;
};
