import type { Upstream } from '../core/door.ts';
import type { Problem } from '../core/problem.ts';
import { isCode } from '../engine/files.ts';
import { askSocket } from '../engine/http.ts';

const ACTIVATE_MS = 30_000;

/** `isClear`: it has said no, or is not there. Else nobody knows whether it has taken the data. */
export type Activation =
  | { readonly serves: true }
  | { readonly serves: false; readonly isClear: boolean; readonly problem: Problem };

/** Tells an app to take the data and to serve. Rejects when the signal was aborted. */
export const activate = async ({ socket = '', release }: Upstream, signal?: AbortSignal): Promise<Activation> => {
  const refusal = (because: string, isClear: boolean): Activation => ({
    serves: false,
    isClear,
    problem: { code: 'start-failed', message: `${release} could not take over`, because },
  });
  try {
    const ask = { method: 'POST', path: '/activate', timeoutMs: ACTIVATE_MS, signal };
    const { status, body } = await askSocket(socket, ask);
    return status === 200 ? { serves: true } : refusal(reasonIn(body, status), true);
  } catch (error) {
    if (signal?.aborted) throw error;
    return refusal(`it does not answer: ${error}`, isGone(error));
  }
};

/** Nobody listens on its private socket. */
export const isGone = (error: unknown): boolean => isCode(error, 'ECONNREFUSED') || isCode(error, 'ENOENT');

const reasonIn = (body: string, status: number): string => {
  try {
    const { reason } = JSON.parse(body) as { reason?: unknown };
    return typeof reason === 'string' ? reason : body;
  } catch {
    return body || `it answered ${status}`;
  }
};
