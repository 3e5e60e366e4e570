/** The real app on a port of its own, in this process, with a clock that stands still until the test moves it. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import type { App, AppOptions } from '../../../../chat-app/server/app.ts';
import { buildApp } from '../../../../chat-app/server/app.ts';
import type { Level } from '../../../../chat-app/server/log.ts';
import { jsonLog } from '../../../../chat-app/server/log.ts';
import { openStore } from '../../../../chat-app/server/store/open.ts';
import type { Store } from '../../../../chat-app/server/store/store.ts';
import { folder } from './folder.ts';

export interface Running {
  app: App;
  url: string;
  socketUrl: string;
  dataDir: string;
  clock: Clock;
  /** The lines of its log. */
  logged: Record<string, unknown>[];
  stop(): Promise<void>;
}

export interface Clock {
  now: () => number;
  /** Moves the clock, and lets the relay notice. */
  pass(ms: number): Promise<void>;
}

export interface Wanted extends Partial<AppOptions['config']> {
  dataDir?: string;
  store?: (store: Store) => Store;
  pingEveryMs?: number;
  logLevel?: Level;
  /** How far the clock is ahead of the real one. */
  aheadMs?: number;
}

export async function running(wanted: Wanted = {}): Promise<Running> {
  const { dataDir = folder(), store = each => each, pingEveryMs, aheadMs = 0, logLevel = 'info', ...config } = wanted;
  const time = { ms: Date.now() + aheadMs };
  const now = () => time.ms;
  const logged: Running['logged'] = [];
  const app = await buildApp({
    config: { ...DEFAULTS, ...config },
    store: store(openStore(dataDir)),
    log: jsonLog(logLevel, line => logged.push(JSON.parse(line))),
    now,
    ...(pingEveryMs && { pingEveryMs }),
  });
  app.server.listen(0, '127.0.0.1');
  await once(app.server, 'listening');
  const { port } = app.server.address() as AddressInfo;
  let stopped: Promise<void> | undefined;
  const stop = () => (stopped ??= app.drain());
  onTestFinished(stop);
  const pass = (ms: number) => {
    time.ms += ms;
    return app.relay.sweep();
  };
  const url = `http://127.0.0.1:${port}`;
  return { app, url, socketUrl: `ws://127.0.0.1:${port}/ws`, dataDir, clock: { now, pass }, logged, stop };
}

const DEFAULTS: AppOptions['config'] = {
  roomMembers: 50,
  awayMs: 24 * 3600_000,
  historyMs: 30 * 24 * 3600_000,
  historyBytes: 4096 * 1024 * 1024,
  rooms: 50_000,
  kept: { rooms: 500_000, identities: 2_000_000 },
  gate: {
    connections: 20_000,
    perAddress: 2000,
    handshakes: { perSecond: 100, burst: 2000 },
    joins: { perSecond: 20, burst: 1000 },
    rooms: { perSecond: 2, burst: 200 },
  },
  tls: undefined,
  origins: [],
  trustedProxies: [],
  proxyProtocol: false,
  clientDir: undefined,
};
