/** What is served besides WebSockets. */
import type { RequestListener, Server } from 'node:http';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { FastifyInstance } from 'fastify';
import fastify from 'fastify';
import type { AppOptions } from './app.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import { reasonOf } from './problem.ts';
import { clientRoutes, securityHeaders } from './routes/client.ts';
import type { Health } from './routes/health.ts';
import { healthRoutes } from './routes/health.ts';
import { originCheck } from './routes/origin.ts';
import type { TlsFiles } from './tls.ts';
import { readTls, reloadTls } from './tls.ts';

export interface HttpOptions extends Pick<AppOptions, 'config' | 'log'> {
  health: Health;
  metrics: Metrics;
}

/** Longer than load balancers keep an idle connection (600 s at Google's): the side that sends requests closes it. */
const KEEP_ALIVE_MS = 620_000;

/** Whoever sends a request too slowly is in nobody's interest. */
const HEADERS_MS = 10_000;
const REQUEST_MS = 30_000;
const LOOK_EVERY_MS = 2000;
/** Connections beside the WebSockets: pages that load, health checks, handshakes. */
const OTHER_CONNECTIONS = 2000;

function newServer(handler: RequestListener, { config, log }: Pick<HttpOptions, 'config' | 'log'>): Server {
  const timeouts = {
    keepAliveTimeout: KEEP_ALIVE_MS,
    headersTimeout: HEADERS_MS,
    requestTimeout: REQUEST_MS,
    handshakeTimeout: HEADERS_MS,
    connectionsCheckingInterval: LOOK_EVERY_MS,
  };
  const server = config.tls ? secure(config.tls, { timeouts, handler, log }) : createServer(timeouts, handler);
  server.maxConnections = config.gate.connections + OTHER_CONNECTIONS;
  return server;
}

function secure(files: TlsFiles, { timeouts, handler, log }: { timeouts: object; handler: RequestListener; log: Log }) {
  const server = createTlsServer({ ...timeouts, ...readTls(files) }, handler);
  reloadTls(server, files, log);
  return server;
}

export async function buildHttp({ config, health, metrics, log }: HttpOptions): Promise<FastifyInstance> {
  const http = fastify({
    keepAliveTimeout: KEEP_ALIVE_MS,
    bodyLimit: 1024,
    serverFactory: handler => newServer(handler, { config, log }),
  });
  securityHeaders(http);
  http.addHook('onRequest', async (_, reply) => {
    if (health.state() === 'draining') reply.header('connection', 'close');
  });
  allowNeighbours(http, config);
  healthRoutes(http, health);
  http.get('/metrics', async (_, reply) => {
    const { contentType } = metrics.registry;
    return reply.type(contentType).send(await metrics.registry.metrics());
  });
  if (config.clientDir) await clientRoutes(http, config.clientDir);
  answerTheRest(http, log);
  await http.ready();
  return http;
}

function answerTheRest(http: FastifyInstance, log: Log): void {
  http.setNotFoundHandler((_, reply) => reply.code(404).type('text/plain').send('Not found\n'));
  http.setErrorHandler((error, _, reply) => {
    const status = statusOf(error);
    // The address is not logged: it may name a room.
    if (status >= 500) log.error('a request failed', { reason: reasonOf(error) });
    return reply.code(status).type('text/plain').send('This request cannot be answered\n');
  });
}

/** What is wrong with a request carries its own status; anything else is a fault of ours. */
const statusOf = (error: unknown): number =>
  error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : 500;

/** A page that may open a WebSocket here may also ask whether a relay is here. */
function allowNeighbours(http: FastifyInstance, config: HttpOptions['config']): void {
  const allows = originCheck(config);
  http.addHook('onRequest', async ({ headers, raw, url }, reply) => {
    if (url !== '/healthz' || headers.origin === undefined) return;
    const { remoteAddress } = raw.socket;
    reply.header('vary', 'origin');
    if (allows({ headers, remoteAddress })) reply.header('access-control-allow-origin', headers.origin);
  });
}
