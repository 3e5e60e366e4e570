/**
 * A cluster of its own out of one that many share: a way to a real API server through which only the namespaces are seen
 * that were made through it. What is deployed to it is deployed for real; who empties it finds nobody else's.
 */
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Agent, createServer, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';
import { connect } from 'node:tls';
import { ownCertificate } from './certificate.ts';

export interface Upstream {
  /** `172.29.0.1:6443` */
  readonly endpoint: string;
  /** PEM. */
  readonly ca: string;
  /** For what the lens itself does there. */
  readonly token: string;
}

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly token: string;
}

export interface Lens {
  /** `127.0.0.1:40123` */
  readonly endpoint: string;
  /** PEM. */
  readonly ca: string;
  /** Those that were made through it, and are not known to be gone. */
  readonly namespaces: ReadonlySet<string>;
  readonly asked: readonly Asked[];
  /** Ends it, and deletes what was made through it: the cluster is gone. */
  close(): Promise<void>;
}

interface Way extends Upstream {
  readonly host: string;
  readonly port: number;
  readonly agent: Agent;
  readonly namespaces: Set<string>;
}

export const startLens = async (upstream: Upstream): Promise<Lens> => {
  const [host = '', port = '443'] = upstream.endpoint.split(':');
  const agent = new Agent({ ca: upstream.ca, keepAlive: true });
  const way: Way = { ...upstream, host, port: Number(port), agent, namespaces: new Set() };
  const asked: Asked[] = [];
  const sockets = new Set<Duplex>();
  const { key, cert } = ownCertificate();
  const server = createServer({ key, cert });
  // As long as an API server keeps one.
  server.keepAliveTimeout = 90_000;
  const note = ({ method = 'GET', url = '/', headers }: IncomingMessage): void => {
    asked.push({ method, path: url, token: headers.authorization?.replace('Bearer ', '') ?? '' });
  };
  server.on('request', (incoming, outgoing) => {
    note(incoming);
    pass(incoming, outgoing, way).catch(error => outgoing.destroy(error));
  });
  server.on('upgrade', (incoming: IncomingMessage, socket: Duplex, head: Buffer) => {
    note(incoming);
    tunnel(incoming, { socket, head }, way);
  });
  server.on('connection', socket => sockets.add(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    ca: cert,
    namespaces: way.namespaces,
    asked,
    async close() {
      for (const name of way.namespaces) await remove(name, way);
      for (const socket of sockets) socket.destroy();
      agent.destroy();
      server.close();
    },
  };
};

const NAMESPACE = /^\/api\/v1\/namespaces(?:\/([^/?]+))?(?:\?|$)/;

const pass = async (incoming: IncomingMessage, outgoing: ServerResponse, way: Way): Promise<void> => {
  const [isNamespace, named] = NAMESPACE.exec(incoming.url ?? '') ?? [];
  const isMade = isNamespace !== undefined && ['POST', 'PATCH', 'PUT'].includes(incoming.method ?? '');
  const sent = request({ ...optionsOf(incoming, way), agent: way.agent });
  // Its name is read from the answer.
  if (isMade) sent.setHeader('accept', 'application/json');
  outgoing.on('close', () => sent.destroy());
  incoming.pipe(sent);
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  const { statusCode: status = 502, headers } = answer;
  if (named !== undefined && status === 404) way.namespaces.delete(named);
  if (!isMade && !isOfAll(incoming)) return void answer.pipe(outgoing.writeHead(status, headers));
  const said = JSON.parse(await text(answer)) as Said;
  if (isMade && status < 300) way.namespaces.add(said.metadata?.name ?? '');
  const { 'content-length': _length, 'transfer-encoding': _encoding, ...kept } = headers;
  outgoing.writeHead(status, kept).end(JSON.stringify(isMade ? said : filtered(said, way.namespaces)));
};

const optionsOf = ({ url, method, headers }: IncomingMessage, { host, port, endpoint }: Way) => ({
  host,
  port,
  path: url,
  method,
  headers: { ...headers, host: endpoint, 'accept-encoding': 'identity' },
});

interface Item {
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly spec?: { readonly claimRef?: { readonly namespace?: string } };
}

/** An object, a list of them, or the table that kubectl asks for. */
interface Said {
  readonly metadata?: { readonly name?: string };
  readonly items?: readonly Item[];
  readonly rows?: readonly { readonly object: Item }[];
}

const filtered = (said: Said, namespaces: ReadonlySet<string>): Said => {
  const mine = ({ metadata, spec }: Item): boolean =>
    namespaces.has(metadata.namespace ?? spec?.claimRef?.namespace ?? metadata.name);
  return {
    ...said,
    ...(said.items && { items: said.items.filter(mine) }),
    ...(said.rows && { rows: said.rows.filter(({ object }) => mine(object)) }),
  };
};

/** Lists of what is in all namespaces, and of them. */
const isOfAll = ({ url = '', method }: IncomingMessage): boolean =>
  method === 'GET' &&
  !url.includes('watch=') &&
  /^\/api(s\/[^/]+)?\/v1\/(namespaces|pods|services|persistentvolumes|persistentvolumeclaims|ingresses)(\?|$)/.test(
    url,
  );

interface Upgraded {
  readonly socket: Duplex;
  readonly head: Buffer;
}

/** What becomes a connection of its own: a terminal in a pod, a port of it. */
const tunnel = (incoming: IncomingMessage, { socket, head }: Upgraded, way: Way): void => {
  const { rawHeaders, method, url } = incoming;
  const lines = rawHeaders.flatMap((name, index) => {
    if (index % 2 === 1) return [];
    return [`${name}: ${name.toLowerCase() === 'host' ? way.endpoint : rawHeaders[index + 1]}`];
  });
  const onward = connect({ host: way.host, port: way.port, ca: way.ca }, () => {
    onward.write(`${method} ${url} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
    onward.write(head);
    onward.pipe(socket).pipe(onward);
  });
  for (const [one, other] of [[onward, socket] as const, [socket, onward] as const])
    one.on('error', () => other.destroy()).on('close', () => other.destroy());
};

const remove = async (name: string, way: Way): Promise<void> => {
  const path = `/api/v1/namespaces/${name}`;
  const headers = { authorization: `Bearer ${way.token}` };
  const sent = request({ host: way.host, port: way.port, path, method: 'DELETE', headers, agent: way.agent });
  sent.end();
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  answer.resume();
};
