/** The relay's configuration, from the environment, read once. */
import { existsSync } from 'node:fs';
import { isIP } from 'node:net';
import { join, resolve } from 'node:path';
import * as z from 'zod';
import { DEFAULT_AWAY_MS, DEFAULT_MEMBERS, MAX_AWAY_MS, MAX_MEMBERS, MIN_AWAY_MS } from '../protocol/limits.ts';
import type { GateLimits } from './gate.ts';
import { LEVELS } from './log.ts';
import { Problem } from './problem.ts';
import type { TlsFiles } from './tls.ts';

export type Config = Readonly<z.output<typeof environment>> & {
  /** Folder of the built client; undefined: the relay serves none. */
  readonly clientDir: string | undefined;
  /** A listening socket was handed over as file descriptor 3. */
  readonly inherited: boolean;
};

export interface Ports {
  first: number;
  last: number;
}

const whole = (min: number, max: number, fallback: number) =>
  z
    .string()
    .regex(/^\d{1,15}$/, `must be a whole number from ${min} to ${max}`)
    .transform(Number)
    .refine(value => value >= min && value <= max, `must be from ${min} to ${max}`)
    .default(fallback);

const ports = z
  .string()
  .regex(/^\d{1,5}(-\d{1,5})?$/, 'must be a port or a range of ports, such as 5001 or 5001-5010; 0 takes any free port')
  .transform((text): Ports => {
    const [first = 0, last = first] = text.split('-').map(Number);
    return { first, last };
  })
  .refine(({ first, last }) => last <= 65_535 && (first > 0 || last === 0), 'must be from 1 to 65535, or 0 alone')
  .refine(({ first, last }) => first <= last, 'must not end before it begins')
  .default({ first: 5001, last: 5010 });

const listOf = (allowed: (part: string) => boolean, message: string) =>
  z
    .string()
    .transform(text => text.split(',').map(part => part.trim()))
    .refine(parts => parts.every(allowed), message)
    .default([]);

const environment = z
  .object({
    HOST: z.string().default('127.0.0.1'),
    PORT: ports,
    DATA_DIR: z.string().default('./data'),
    CLIENT_DIR: z.string().optional(),
    ROOM_MEMBERS: whole(1, MAX_MEMBERS, DEFAULT_MEMBERS),
    AWAY_MS: whole(MIN_AWAY_MS, MAX_AWAY_MS, DEFAULT_AWAY_MS),
    CONNECTIONS: whole(1, 1_000_000, 20_000),
    CONNECTIONS_PER_ADDRESS: whole(1, 1_000_000, 2000),
    HANDSHAKES_PER_ADDRESS: whole(1, 1_000_000, 100),
    JOINS_PER_ADDRESS: whole(1, 1_000_000, 20),
    ROOMS_PER_ADDRESS: whole(1, 1_000_000, 2),
    ROOMS: whole(1, 10_000_000, 50_000),
    KEEP_ROOMS: whole(1, 100_000_000, 500_000),
    KEEP_KEYS: whole(1, 1_000_000_000, 2_000_000),
    HISTORY_DAYS: whole(1, 3650, 30),
    HISTORY_MB: whole(1, 1_000_000, 4096),
    BACKUP_EVERY: whole(0, 10_080, 0),
    BACKUP_KEEP: whole(1, 1000, 7),
    ORIGINS: listOf(isOrigin, 'must be origins, separated by commas, such as https://chat.example.org'),
    TRUSTED_PROXIES: listOf(isNetwork, 'must be addresses or networks, separated by commas, such as 10.0.0.0/8'),
    PROXY_PROTOCOL: z.enum(['0', '1'], 'must be 1, or 0 as without it').default('0'),
    TLS_CERT: z.string().optional(),
    TLS_KEY: z.string().optional(),
    LOG_LEVEL: z.enum(LEVELS, `must be one of ${LEVELS.join(', ')}`).default('info'),
    STANDBY_SOCKET: z.string().optional(),
    LISTEN_FDS: z.enum(['0', '1'], 'must be 1: a relay listens on one socket').default('0'),
    LISTEN_PID: z.string().optional(),
  })
  .refine(env => (env.TLS_CERT === undefined) === (env.TLS_KEY === undefined), {
    path: ['TLS_KEY'],
    message: 'must be set together with TLS_CERT, or neither',
  })
  .transform(env => ({
    host: env.HOST,
    ports: env.PORT,
    dataDir: resolve(env.DATA_DIR),
    namedClientDir: env.CLIENT_DIR,
    roomMembers: env.ROOM_MEMBERS,
    awayMs: env.AWAY_MS,
    gate: gateLimits(env),
    rooms: env.ROOMS,
    kept: { rooms: env.KEEP_ROOMS, identities: env.KEEP_KEYS },
    historyMs: env.HISTORY_DAYS * 24 * 3600_000,
    historyBytes: env.HISTORY_MB * 1024 * 1024,
    backupEveryMs: env.BACKUP_EVERY * 60_000,
    backupKeep: env.BACKUP_KEEP,
    origins: env.ORIGINS,
    trustedProxies: env.TRUSTED_PROXIES,
    proxyProtocol: env.PROXY_PROTOCOL === '1',
    tls: tlsFiles(env.TLS_CERT, env.TLS_KEY),
    logLevel: env.LOG_LEVEL,
    standbySocket: env.STANDBY_SOCKET,
    listenFds: env.LISTEN_FDS,
    listenPid: env.LISTEN_PID,
  }));

interface PerAddress {
  CONNECTIONS: number;
  CONNECTIONS_PER_ADDRESS: number;
  HANDSHAKES_PER_ADDRESS: number;
  JOINS_PER_ADDRESS: number;
  ROOMS_PER_ADDRESS: number;
}

/** Two hundred people behind one address may all come at once, from several tabs and into several rooms. */
const BURST_SECONDS = { handshakes: 20, joins: 50, rooms: 100 };

function gateLimits(env: PerAddress): GateLimits {
  const rate = (perSecond: number, seconds: number) => ({ perSecond, burst: perSecond * seconds });
  return {
    connections: env.CONNECTIONS,
    perAddress: env.CONNECTIONS_PER_ADDRESS,
    handshakes: rate(env.HANDSHAKES_PER_ADDRESS, BURST_SECONDS.handshakes),
    joins: rate(env.JOINS_PER_ADDRESS, BURST_SECONDS.joins),
    rooms: rate(env.ROOMS_PER_ADDRESS, BURST_SECONDS.rooms),
  };
}

const tlsFiles = (cert: string | undefined, key: string | undefined): TlsFiles | undefined =>
  cert === undefined || key === undefined ? undefined : { cert: resolve(cert), key: resolve(key) };

/**
 * `besides` is the folder that the program is in: a built client may lie there as `client`.
 * Throws a Problem that names every variable that is wrong. An empty variable counts as unset.
 */
export function readConfig(env: Record<string, string | undefined>, besides: string): Config {
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const { success, data, error } = environment.safeParse(set);
  if (!success) throw new Problem('config', error.issues.map(issue => describe(issue, set)).join('; '));
  // A service manager names the process that its sockets are for; none named means this one.
  const inherited = data.listenFds === '1' && (data.listenPid === undefined || Number(data.listenPid) === process.pid);
  return Object.freeze({ ...data, clientDir: clientDir(data.namedClientDir, besides), inherited });
}

const describe = ({ path, message }: z.core.$ZodIssue, env: Record<string, unknown>): string =>
  `${path.join('.')} ${message}, not ${JSON.stringify(env[String(path[0])])}`;

function clientDir(named: string | undefined, besides: string): string | undefined {
  const dir = resolve(named ?? join(besides, 'client'));
  if (existsSync(join(dir, 'index.html'))) return dir;
  if (named === undefined) return undefined;
  throw new Problem('config', `CLIENT_DIR must be the folder of the built client; ${dir} has no index.html`);
}

function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text && /^https?:/.test(text);
}

function isNetwork(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/');
  const family = isIP(address);
  const most = family === 6 ? 128 : 32;
  return family > 0 && more.length === 0 && (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most));
}
