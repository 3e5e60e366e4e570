import { type IncomingMessage, type RequestOptions, request } from 'node:http';
import { request as secureRequest } from 'node:https';

export interface Answer {
  readonly status: number;
  readonly body: string;
}

export interface Asking {
  readonly method: string;
  readonly path: string;
  readonly body?: string;
  readonly timeoutMs: number;
  /** Gives up before its time. */
  readonly signal?: AbortSignal | undefined;
  /** No more of the answer is read than so many bytes. Default: all of it. */
  readonly mostBytes?: number;
}

/** One request over a unix socket. Rejects when nobody answers in time, or with the reason of an aborted signal. */
export const askSocket = (socketPath: string, { path, ...ask }: Asking): Promise<Answer> =>
  send(request, { socketPath, path }, ask);

/** The same over TCP, with the same connection of its own. */
export const askHost = (at: { readonly host: string; readonly port: number }, ask: Asking): Promise<Answer> => {
  const { path, ...rest } = ask;
  return send(request, { ...at, path }, rest);
};

/** One request to an address, on a connection of its own: a kept one may lead to the release before. */
export const askUrl = (url: string, limits: Pick<Asking, 'timeoutMs' | 'signal'>): Promise<Answer> => {
  const { protocol, hostname, port, pathname, search } = new URL(url);
  const ask = protocol === 'https:' ? secureRequest : request;
  return send(ask, { hostname, port, path: pathname + search }, { method: 'GET', ...limits });
};

const send = (
  ask: typeof request,
  where: RequestOptions,
  { method, body, timeoutMs, signal: stop, mostBytes }: Omit<Asking, 'path'>,
): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const limit = AbortSignal.timeout(timeoutMs);
    const signal = stop ? AbortSignal.any([limit, stop]) : limit;
    const outgoing = ask({ ...where, method, agent: false, signal }, incoming => {
      read(incoming, mostBytes).then(text => resolve({ status: incoming.statusCode ?? 0, body: text }), reject);
    });
    outgoing.on('error', error => reject(signal.aborted ? signal.reason : error));
    outgoing.end(body);
  });

const read = async (incoming: IncomingMessage, mostBytes = Number.POSITIVE_INFINITY): Promise<string> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size >= mostBytes) break;
  }
  return Buffer.concat(chunks).subarray(0, mostBytes).toString('utf8');
};
