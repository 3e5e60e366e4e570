import { Refusal, type Refused } from './refusal.ts';
import type { Fault, World } from './world.ts';

interface Call {
  readonly method: string;
  readonly request: unknown;
}

/** What is due for this call; it is then used up. */
const dueFor = (call: Call, world: World): Fault | undefined => namedFor(call, world) ?? stormFor(call, world);

/** Who tries a change again looks at another operation, for the same. */
const OPERATION = /operations\/[\w.-]+/g;

const stormFor = ({ method, request }: Call, { storm }: World): Fault | undefined => {
  if (!storm) return undefined;
  const call = `${method} ${JSON.stringify(request).replace(OPERATION, 'operations/…')}`;
  if (storm.over.has(call)) return undefined;
  const fault = storm.faultOf(method);
  if (fault) storm.over.add(call);
  return fault && { ...fault, method };
};

const namedFor = ({ method }: Call, { faults }: World): Fault | undefined => {
  const at = faults.findIndex(fault => fault.method === method);
  const fault = faults[at];
  if (!fault) return undefined;
  const { skip = 0, times = 1 } = fault;
  if (skip > 0) {
    faults[at] = { ...fault, skip: skip - 1 };
    return undefined;
  }
  if (times > 1) faults[at] = { ...fault, times: times - 1 };
  else faults.splice(at, 1);
  return fault;
};

const MUTATING = /^(create|delete|update|set)[A-Z]|\.batchEnable$/;

/** One call, written down with how it ended. */
export const served = async <Answer>(
  world: World,
  { method, request }: Call,
  handle: () => Answer | Promise<Answer>,
): Promise<Answer> => {
  let status = 'OK';
  try {
    const fault = dueFor({ method, request }, world);
    if (fault && fault.isAnswerLost !== true) throw new Refusal(wordsOf(fault));
    const answer = await handle();
    if (fault) throw new Refusal(wordsOf(fault));
    return answer;
  } catch (error) {
    status = error instanceof Refusal ? error.refused.status : 'INTERNAL';
    throw error;
  } finally {
    world.calls.push({ method, request, isMutating: MUTATING.test(method), status });
  }
};

const wordsOf = ({
  status,
  message = `${status.toLowerCase()} was asked for by a test`,
  reason,
  details,
}: Fault): Refused => ({
  status,
  message,
  ...(reason !== undefined && { reason }),
  ...(details && { details }),
});
