import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** What happens to a request instead of an answer, or to its answer. */
export type Fault =
  | { readonly answer: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string }
  | 'hang'
  /** Nobody is there any more. */
  | 'cut'
  /** After so many bytes of what is sent up. */
  | { readonly cutAfter: number }
  /** After half of the answer. */
  | 'half'
  | { readonly delayMs: number };

export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  /** How many like it (same method and path) came before. */
  readonly before: number;
}

export interface FaultProxy {
  /** `127.0.0.1:4711` */
  readonly host: string;
  /** Every request, in order: `GET /v2/`. */
  readonly seen: readonly string[];
  /** Decides for each request; undefined lets it through. */
  fail(decide: (seen: Seen) => Fault | undefined): void;
}

/** Stands before a real registry, and lets everything through until it is told to fail. Gone when the test is. */
export const faultProxy = async (upstream: string): Promise<FaultProxy> => {
  const seen: string[] = [];
  let decide: (seen: Seen) => Fault | undefined = () => undefined;
  const server = createServer((incoming, outgoing) => {
    const { method = 'GET', url = '/', headers } = incoming;
    const line = `${method} ${url.split('?')[0]}`;
    const before = seen.filter(each => each === line).length;
    seen.push(line);
    apply(decide({ method, url, headers, before }), { incoming, outgoing, upstream });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return {
    host: `127.0.0.1:${port}`,
    seen,
    fail: how => {
      decide = how;
    },
  };
};

interface Exchange {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  readonly upstream: string;
}

const apply = (fault: Fault | undefined, exchange: Exchange): void => {
  const { incoming, outgoing } = exchange;
  if (fault === 'hang') incoming.resume();
  else if (fault === 'cut') incoming.destroy();
  else if (fault === undefined || fault === 'half') forward(exchange, fault === 'half');
  else if ('delayMs' in fault) setTimeout(() => forward(exchange, false), fault.delayMs);
  else if ('cutAfter' in fault) cutAfter(fault.cutAfter, incoming);
  else {
    incoming.resume();
    outgoing.writeHead(fault.answer, fault.headers).end(fault.body);
  }
};

const cutAfter = (bytes: number, incoming: IncomingMessage): void => {
  let length = 0;
  incoming.on('data', chunk => {
    length += chunk.length;
    if (length >= bytes) incoming.destroy();
  });
};

const forward = ({ incoming, outgoing, upstream }: Exchange, half: boolean): void => {
  const [hostname, port] = upstream.split(':');
  const { method, url, headers } = incoming;
  const onward = request({ hostname, port, method, path: url, headers, agent: false }, answer => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    if (!half) {
      answer.pipe(outgoing);
      return;
    }
    answer.once('data', chunk => outgoing.write(chunk.subarray(0, chunk.length / 2), () => outgoing.destroy()));
  });
  onward.on('error', () => outgoing.destroy());
  incoming.pipe(onward);
};
