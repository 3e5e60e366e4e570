import type { IncomingMessage } from 'node:http';
import { send } from './send.ts';
import { Trouble, troubleOf } from './trouble.ts';

export interface Ask {
  readonly method: 'GET' | 'HEAD' | 'DELETE' | 'POST';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Of what there is several times, all with commas between. */
export type Headed = Pick<Headers, 'get'>;

export interface Answer {
  readonly status: number;
  readonly headers: Headed;
  readonly text: string;
}

export interface Limits {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** Manifests may have 4 MB, says the specification; nothing that is asked for here is larger. */
const LARGEST = 8 * 1024 * 1024;

/**
 * One request and all of its answer within the time. Throws Trouble when it may go better the next time, an Error with
 * words for people when it will not, and the reason of an aborted signal.
 */
export const fetchOnce = async (ask: Ask, { timeoutMs, signal }: Limits): Promise<Answer> => {
  const limit = AbortSignal.timeout(timeoutMs);
  try {
    const response = await send(ask, signal ? AbortSignal.any([limit, signal]) : limit);
    const answer = { status: response.statusCode ?? 0, headers: headersOf(response), text: await read(response) };
    if (isPassing(answer.status)) {
      const after = retryAfter(answer.headers, new Date());
      throw new Trouble('answer', said(answer), { after });
    }
    return answer;
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof Trouble) throw error;
    const trouble = troubleOf(limit.aborted ? limit.reason : error, timeoutMs);
    // Not with the error as its cause: that one may hold what was sent.
    throw typeof trouble === 'string' ? new Error(trouble) : trouble;
  }
};

const headersOf = ({ headers }: IncomingMessage): Headed => ({
  get: name => [headers[name.toLowerCase()] ?? []].flat().join(', ') || null,
});

const read = async (response: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > LARGEST) throw new Error(`the answer is larger than ${LARGEST / 1024 / 1024} MB`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
};

const isPassing = (status: number): boolean => status === 408 || status === 429 || (status >= 500 && status !== 501);

/** `30`, or a date. */
const retryAfter = (headers: Headed, now: Date): number | undefined => {
  const value = headers.get('retry-after');
  if (value === null) return undefined;
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now.getTime();
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
};

/** The status, and what the registry itself says about it. */
export const said = ({ status, text }: Pick<Answer, 'status' | 'text'>): string => {
  const words = wordsOf(text);
  return `it answers ${status}${words === '' ? '' : `, ${words}`}`;
};

const wordsOf = (text: string): string => {
  try {
    const { errors = [], details } = JSON.parse(text) as Failure;
    const [first] = errors;
    return [first?.code, first?.message ?? details].filter(part => typeof part === 'string' && part !== '').join(': ');
  } catch {
    return text.replaceAll(/\s+/g, ' ').trim().slice(0, 120);
  }
};

interface Failure {
  readonly errors?: readonly { readonly code?: string; readonly message?: string }[];
  readonly details?: string;
}
