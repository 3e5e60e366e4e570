import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { readConfig } from '../../../chat-app/server/config.ts';
import { folder } from './support/folder.ts';

const DAY = 24 * 3600_000;
const read = (env: Record<string, string>) => readConfig(env, '/nowhere');

test('the defaults', () => {
  expect(read({})).toMatchObject({
    host: '127.0.0.1',
    ports: { first: 5001, last: 5010 },
    dataDir: resolve('./data'),
    clientDir: undefined,
    roomMembers: 50,
    awayMs: DAY,
    historyMs: 30 * DAY,
    historyBytes: 4096 * 2 ** 20,
    rooms: 50_000,
    kept: { rooms: 500_000, identities: 2_000_000 },
    tls: undefined,
    gate: {
      connections: 20_000,
      perAddress: 2000,
      handshakes: { perSecond: 100, burst: 2000 },
      joins: { perSecond: 20, burst: 1000 },
      rooms: { perSecond: 2, burst: 200 },
    },
    backupEveryMs: 0,
    backupKeep: 7,
    origins: [],
    trustedProxies: [],
    proxyProtocol: false,
    logLevel: 'info',
    standbySocket: undefined,
    inherited: false,
  });
  expect(read({ PORT: '', ROOM_MEMBERS: '' })).toEqual(read({}));
  expect(Object.isFrozen(read({}))).toBe(true);
});

test('every variable', () => {
  const dir = folder();
  writeFileSync(join(dir, 'index.html'), '');
  const env = {
    HOST: '0.0.0.0',
    PORT: '8080',
    DATA_DIR: '/var/lib/chat',
    CLIENT_DIR: dir,
    ROOM_MEMBERS: '200',
    AWAY_MS: '60000',
    HISTORY_DAYS: '1',
    HISTORY_MB: '100',
    CONNECTIONS: '100',
    CONNECTIONS_PER_ADDRESS: '10',
    HANDSHAKES_PER_ADDRESS: '5',
    JOINS_PER_ADDRESS: '4',
    ROOMS_PER_ADDRESS: '3',
    ROOMS: '1000',
    KEEP_ROOMS: '2000',
    KEEP_KEYS: '30000',
    TLS_CERT: '/etc/chat/cert.pem',
    TLS_KEY: '/etc/chat/key.pem',
    BACKUP_EVERY: '60',
    BACKUP_KEEP: '3',
    ORIGINS: 'https://chat.example.org, http://localhost:5173',
    TRUSTED_PROXIES: '10.0.0.0/8,::1',
    PROXY_PROTOCOL: '1',
    LOG_LEVEL: 'debug',
    STANDBY_SOCKET: '/run/chat.sock',
    LISTEN_FDS: '1',
    LISTEN_PID: String(process.pid),
  };
  expect(read(env)).toMatchObject({
    host: '0.0.0.0',
    ports: { first: 8080, last: 8080 },
    dataDir: '/var/lib/chat',
    clientDir: dir,
    roomMembers: 200,
    awayMs: 60_000,
    historyMs: DAY,
    historyBytes: 100 * 2 ** 20,
    gate: {
      connections: 100,
      perAddress: 10,
      handshakes: { perSecond: 5, burst: 100 },
      joins: { perSecond: 4, burst: 200 },
      rooms: { perSecond: 3, burst: 300 },
    },
    rooms: 1000,
    kept: { rooms: 2000, identities: 30_000 },
    tls: { cert: '/etc/chat/cert.pem', key: '/etc/chat/key.pem' },
    backupEveryMs: 3600_000,
    backupKeep: 3,
    origins: ['https://chat.example.org', 'http://localhost:5173'],
    trustedProxies: ['10.0.0.0/8', '::1'],
    proxyProtocol: true,
    logLevel: 'debug',
    standbySocket: '/run/chat.sock',
    inherited: true,
  });
});

test('a socket is handed over only to the process that it names', () => {
  expect(read({ LISTEN_FDS: '1' }).inherited).toBe(true);
  expect(read({ LISTEN_FDS: '1', LISTEN_PID: '1' }).inherited).toBe(false);
  expect(read({ LISTEN_FDS: '0' }).inherited).toBe(false);
});

test('the client that lies beside the program is found', () => {
  const dir = folder();
  mkdirSync(join(dir, 'client'));
  writeFileSync(join(dir, 'client', 'index.html'), '');
  expect(readConfig({}, dir).clientDir).toBe(join(dir, 'client'));
});

test.each([
  ['PORT', '70000'],
  ['PORT', '5010-5001'],
  ['PORT', '0-5'],
  ['PORT', 'http'],
  ['PORT', '-1'],
  ['ROOM_MEMBERS', '0'],
  ['ROOM_MEMBERS', '201'],
  ['ROOM_MEMBERS', '1.5'],
  ['AWAY_MS', '59999'],
  ['AWAY_MS', '604800001'],
  ['HISTORY_DAYS', '0'],
  ['HISTORY_MB', '0'],
  ['BACKUP_EVERY', '10081'],
  ['BACKUP_KEEP', '0'],
  ['ORIGINS', 'chat.example.org'],
  ['ORIGINS', 'https://chat.example.org/'],
  ['TRUSTED_PROXIES', '10.0.0.0/33'],
  ['TRUSTED_PROXIES', 'proxy'],
  ['PROXY_PROTOCOL', 'yes'],
  ['LOG_LEVEL', 'verbose'],
  ['LISTEN_FDS', '2'],
])('%s=%s is refused by name and value', (name, value) => {
  expect(() => read({ [name]: value })).toThrow(expect.objectContaining({ code: 'config' }));
  expect(() => read({ [name]: value })).toThrow(new RegExp(`^${name} .*"${value}"$`));
});

test('a certificate needs its key', () => {
  expect(() => read({ TLS_CERT: '/etc/chat/cert.pem' })).toThrow(/^TLS_KEY must be set together with TLS_CERT/);
});

test('CLIENT_DIR without a client is refused; all that is wrong is named at once', () => {
  expect(() => read({ CLIENT_DIR: '/nowhere' })).toThrow(/^CLIENT_DIR .*\/nowhere has no index\.html/);
  expect(() => read({ PORT: 'x', AWAY_MS: 'y' })).toThrow(/^PORT .*; AWAY_MS /);
});
