/** Everything that serves, put together; it never listens. */
import type { FastifyInstance } from 'fastify';
import fastify from 'fastify';
import { CLOSE_RESTART } from '../protocol/limits.ts';
import type { Config } from './config.ts';
import { trackConnections } from './connections.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import { newMetrics } from './metrics.ts';
import { probing } from './probing.ts';
import { reasonOf } from './problem.ts';
import type { Relay } from './relay/relay.ts';
import { openRelay } from './relay/relay.ts';
import { clientRoutes, securityHeaders } from './routes/client.ts';
import type { Health } from './routes/health.ts';
import { healthRoutes } from './routes/health.ts';
import { originCheck } from './routes/origin.ts';
import { upgrades } from './routes/upgrade.ts';
import { webSockets } from './socket.ts';
import type { Store } from './store/store.ts';

export interface AppOptions {
  config: Pick<Config, 'roomMembers' | 'awayMs' | 'historyMs' | 'origins' | 'trustedProxies' | 'clientDir'>;
  store: Store;
  log: Log;
  /** ms since 1970 */
  now?: () => number;
  pingEveryMs?: number;
}

export interface App {
  /** Built, not listening: `http.server` is for the caller to bind. */
  http: FastifyInstance;
  relay: Relay;
  health: Health;
  /** Takes nothing new, commits and tells what was taken, says goodbye, closes the store, finishes open requests. */
  drain(): Promise<void>;
}

export async function buildApp(options: AppOptions): Promise<App> {
  const { config, store, log, now = Date.now, pingEveryMs } = options;
  const limits = { members: config.roomMembers, awayMs: config.awayMs, historyMs: config.historyMs };
  const metrics = newMetrics(() => relay.counts());
  const relay = await openRelay({ store, limits, now, log, counters: metrics.counters });
  const probes = await probing({ store, limits, now, log });
  const transport = webSockets(pingEveryMs);
  let draining = false;
  const health: Health = {
    state: () => (draining ? 'draining' : 'serving'),
    ready: async () => {
      if (draining) throw new Error('this relay is about to stop');
      await store.check();
    },
  };
  const http = await buildHttp({ ...options, health, metrics });
  const connections = trackConnections(http.server);
  upgrades(http.server, {
    transport,
    allows: originCheck(config),
    isDraining: () => draining,
    choose: probe => (probe ? probes.choose() : relay.accept),
  });
  return {
    http,
    relay,
    health,
    drain: async () => {
      draining = true;
      connections.stopAccepting();
      await Promise.all([relay.drain(), probes.stop()]);
      await transport.close(CLOSE_RESTART, GOODBYE_MS);
      await store.close();
      await connections.finish(REQUEST_GRACE_MS, REQUESTS_MS);
      await http.close();
    },
  };
}

/** How long clients may take to answer the goodbye. */
const GOODBYE_MS = 1000;
/** How long a request may have been under way to us when we stopped. */
const REQUEST_GRACE_MS = 250;
/** How long answers to slow readers are waited for. */
const REQUESTS_MS = 10_000;

/** Longer than load balancers keep an idle connection (600 s at Google's): the side that sends requests closes it. */
const KEEP_ALIVE_MS = 620_000;

interface HttpOptions extends AppOptions {
  health: Health;
  metrics: Metrics;
}

async function buildHttp({ config, health, metrics, log }: HttpOptions): Promise<FastifyInstance> {
  const http = fastify({ keepAliveTimeout: KEEP_ALIVE_MS, bodyLimit: 1024 });
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
  http.setNotFoundHandler((_, reply) => reply.code(404).type('text/plain').send('Not found\n'));
  http.setErrorHandler((error, _, reply) => {
    // The address is not logged: it may name a room.
    log.error('a request failed', { reason: reasonOf(error) });
    return reply.code(500).type('text/plain').send('This relay has a fault; its log says more.\n');
  });
  await http.ready();
  return http;
}

/** A page that may open a WebSocket here may also ask whether a relay is here. */
function allowNeighbours(http: FastifyInstance, config: AppOptions['config']): void {
  const allows = originCheck(config);
  http.addHook('onRequest', async ({ headers, raw, url }, reply) => {
    if (url !== '/healthz' || headers.origin === undefined) return;
    const { remoteAddress } = raw.socket;
    reply.header('vary', 'origin');
    if (allows({ headers, remoteAddress })) reply.header('access-control-allow-origin', headers.origin);
  });
}
