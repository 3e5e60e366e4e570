import type { Asked, AskRequest } from '../core/door.ts';
import { askHost, askSocket } from '../engine/http.ts';

const MOST_BYTES = 64 * 1024;

/** One request from inside the network. That nobody answers is an answer. */
export const ask = async ({ at, method = 'GET', path, timeoutMs }: AskRequest): Promise<Asked> => {
  const asking = { method, path, timeoutMs, mostBytes: MOST_BYTES };
  try {
    return await ('socket' in at ? askSocket(at.socket, asking) : askHost(at, asking));
  } catch (error) {
    return { error: codeOf(error) };
  }
};

const codeOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return 'ETIMEDOUT';
  const code = Reflect.get(error, 'code');
  return typeof code === 'string' ? code : error.message;
};
