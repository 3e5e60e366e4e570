import { BytechatError } from '../../../core/problem.ts';
import { good, refusalIn, refused } from '../problems.ts';
import type { KubeSession } from '../session.ts';
import type { List, Selector } from './objects.ts';

/** A server that does not answer, or says that it cannot now: it may the next time. */
export class Unanswered extends Error {
  override readonly cause: BytechatError;

  constructor(cause: BytechatError) {
    super(cause.message);
    this.cause = cause;
  }
}

export interface Asking {
  readonly session: KubeSession;
  readonly signal?: AbortSignal | undefined;
  /** In ms, without a byte. A connection that is dead has to be given up soon, or its silence is all that is seen. */
  readonly timeoutMs: number;
}

export const listed = async <Item>(path: string, { session, signal, timeoutMs }: Asking): Promise<List<Item>> => {
  const doing = `list ${path.split('?')[0]?.split('/').at(-1)}`;
  const answer = await session.ask({ path, signal, timeoutMs }).catch(error => {
    throw isUnreachable(error) ? new Unanswered(error) : error;
  });
  if (answer.status === 429 || answer.status >= 500)
    throw new Unanswered(new BytechatError(refused(refusalIn(answer), doing)));
  const { date } = answer;
  return { ...good<List<Item>>(answer, doing), ...(date !== undefined && { date }) };
};

const isUnreachable = (error: unknown): error is BytechatError =>
  error instanceof BytechatError && error.problem.code === 'cluster-unreachable';

/** The same, for whoever asks once: a server that does not answer is a Problem. */
export const listedOnce = <Item>(path: string, asking: Asking): Promise<List<Item>> =>
  listed<Item>(path, asking).catch(error => {
    throw error instanceof Unanswered ? error.cause : error;
  });

/** The same, for what only says more: who may not read it goes without. */
export const listedIfAllowed = async <Item>(path: string, asking: Asking): Promise<List<Item>> => {
  try {
    return await listed<Item>(path, asking);
  } catch (error) {
    if (error instanceof BytechatError) return { metadata: {}, items: [] };
    throw error;
  }
};

/** As `labelSelector` writes it. */
export const selectorText = ({ matchLabels = {}, matchExpressions = [] }: Selector = {}): string =>
  [
    ...Object.entries(matchLabels).map(([key, value]) => `${key}=${value}`),
    ...matchExpressions.map(({ key, operator, values = [] }) => expression(key, operator, values)),
  ].join(',');

const expression = (key: string, operator: string, values: readonly string[]): string => {
  if (operator === 'Exists') return key;
  if (operator === 'DoesNotExist') return `!${key}`;
  return `${key} ${operator === 'In' ? 'in' : 'notin'} (${values.join(',')})`;
};
