/** Everything that serves, put together; it never listens. */
import type { Server } from 'node:net';
import { CLOSE_RESTART } from '../protocol/limits.ts';
import type { Config } from './config.ts';
import type { Door } from './connections.ts';
import { trackConnections } from './connections.ts';
import { openGate } from './gate.ts';
import { buildHttp } from './http.ts';
import type { Log } from './log.ts';
import { newMetrics } from './metrics.ts';
import { probing } from './probing.ts';
import { proxied } from './proxied.ts';
import type { CoreOptions } from './relay/core.ts';
import type { Relay } from './relay/relay.ts';
import { openRelay } from './relay/relay.ts';
import { networks, sourceOf } from './routes/address.ts';
import type { Health } from './routes/health.ts';
import { originCheck } from './routes/origin.ts';
import { upgrades } from './routes/upgrade.ts';
import { webSockets } from './socket.ts';
import type { Store } from './store/store.ts';

export interface AppOptions {
  config: Pick<
    Config,
    | 'roomMembers'
    | 'awayMs'
    | 'historyMs'
    | 'historyBytes'
    | 'rooms'
    | 'kept'
    | 'gate'
    | 'origins'
    | 'trustedProxies'
    | 'proxyProtocol'
    | 'tls'
    | 'clientDir'
  >;
  store: Store;
  log: Log;
  /** ms since 1970 */
  now?: () => number;
  pingEveryMs?: number;
}

export interface App {
  /** Built, not listening: for the caller to bind. */
  server: Server;
  relay: Relay;
  health: Health;
  /** Takes nothing new, commits and tells what was taken, says goodbye, closes the store: another relay may have it. */
  release(): Promise<void>;
  /** `release`, when that was not done yet; then finishes open requests. */
  drain(): Promise<void>;
}

/** How long clients may take to answer the goodbye. */
const GOODBYE_MS = 1000;
/** How long a request may have been under way to us when we stopped, while whoever comes after us waits for our end. */
const REQUEST_GRACE_MS = 250;
/** The same when nobody waits: a client on a busy machine may take its time between connecting and asking. */
const RELEASED_GRACE_MS = 5000;
/** How long answers to slow readers are waited for. */
const REQUESTS_MS = 10_000;

export async function buildApp(options: AppOptions): Promise<App> {
  const { config, store, pingEveryMs } = options;
  const metrics = newMetrics(() => relay.counts());
  const core = coreOptions(options);
  const relay = await openRelay({ ...core, counters: metrics.counters });
  const probes = await probing(core);
  const transport = webSockets({ left: core.gate.leave, pingEveryMs });
  const { health, stopping } = watch(store);
  const isProxy = networks(config.trustedProxies);
  const http = await buildHttp({ ...options, health, metrics });
  const door = config.proxyProtocol ? proxied(http.server) : open(http.server);
  const connections = trackConnections(http.server, door);
  upgrades(http.server, {
    transport,
    allows: originCheck(config),
    gate: core.gate,
    sourceOf: asker => sourceOf(asker, isProxy),
    turnedAway: why => metrics.counters.turnedAway.set(why, (metrics.counters.turnedAway.get(why) ?? 0) + 1),
    isDraining: () => health.state() === 'draining',
    choose: probe => (probe ? probes.choose() : relay.accept),
  });
  const letGo = async () => {
    stopping();
    connections.stopAccepting();
    await Promise.all([relay.drain(), probes.stop()]);
    await transport.close(CLOSE_RESTART, GOODBYE_MS);
    await store.close();
  };
  const finish = async (graceMs: number) => {
    await connections.finish(graceMs, REQUESTS_MS);
    await http.close();
  };
  return { server: door.listener, relay, health, ...endings(letGo, finish) };
}

function endings(letGo: () => Promise<void>, finish: (graceMs: number) => Promise<void>) {
  let released: Promise<void> | undefined;
  const release = () => {
    released ??= letGo();
    return released;
  };
  const drain = async () => {
    const graceMs = released ? RELEASED_GRACE_MS : REQUEST_GRACE_MS;
    await release();
    await finish(graceMs);
  };
  return { release, drain };
}

/** Nobody has to say anything first. */
const open = (listener: Server): Door => ({ listener, waiting: new Set() });

function coreOptions({ config, store, log, now = Date.now }: AppOptions): Omit<CoreOptions, 'counters'> {
  const { roomMembers: members, rooms, kept, awayMs, historyMs, historyBytes } = config;
  const limits = { members, rooms, kept, awayMs, historyMs, historyBytes };
  return { store, limits, now, log, gate: openGate(config.gate, now) };
}

/** Anybody may ask, and each question is a write: those of one second share an answer, if it is a good one. */
const WELL_FOR_MS = 1000;

function watch(store: Store): { health: Health; stopping: () => void } {
  let draining = false;
  let wellUntil = 0;
  const ready = async () => {
    if (draining) throw new Error('this relay is about to stop');
    if (performance.now() < wellUntil) return;
    await store.check();
    wellUntil = performance.now() + WELL_FOR_MS;
  };
  const stopping = () => {
    draining = true;
  };
  return { health: { state: () => (draining ? 'draining' : 'serving'), ready }, stopping };
}
