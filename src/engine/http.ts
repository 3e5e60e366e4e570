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
}

/** One request over a unix socket. Rejects when nobody answers in time. */
export const askSocket = (socketPath: string, { path, ...ask }: Asking): Promise<Answer> =>
  send(request, { socketPath, path }, ask);

/** One request to an address, on a connection of its own: a kept one may lead to the release before. */
export const askUrl = (url: string, timeoutMs: number): Promise<Answer> => {
  const { protocol, hostname, port, pathname, search } = new URL(url);
  const ask = protocol === 'https:' ? secureRequest : request;
  return send(ask, { hostname, port, path: pathname + search }, { method: 'GET', timeoutMs });
};

const send = (
  ask: typeof request,
  where: RequestOptions,
  { method, body, timeoutMs }: Omit<Asking, 'path'>,
): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(timeoutMs);
    const outgoing = ask({ ...where, method, agent: false, signal }, incoming => {
      read(incoming).then(text => resolve({ status: incoming.statusCode ?? 0, body: text }), reject);
    });
    outgoing.on('error', error => reject(signal.aborted ? signal.reason : error));
    outgoing.end(body);
  });

const read = async (incoming: IncomingMessage): Promise<string> => {
  let text = '';
  incoming.setEncoding('utf8');
  for await (const chunk of incoming) text += chunk;
  return text;
};
