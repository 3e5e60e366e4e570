/** The servers that are compared: what each needs, how it is started, how it is ended. */
import type { ChildProcess } from 'node:child_process';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { availableParallelism, homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { brokerCommand, brokerVersion, findBroker } from './broker.ts';
import type { Kind } from './crowd.ts';

const here = import.meta.dirname;
const root = join(here, '../..');
export const cache = join(homedir(), '.cache/bytechat-bench');

export interface Peer {
  name: string;
  kind: Kind;
  /** What of a message is stored before anybody is told. */
  history: string;
  /** Builds or installs what is missing; returns why it cannot be compared, if so. */
  prepare(): Promise<string | undefined>;
  command(place: Place): { args: string[]; env: Record<string, string> };
}

interface Place {
  port: number;
  dir: string;
}

const node = (file: string): string[] => [
  process.execPath,
  '--expose-gc',
  '--disable-warning=ExperimentalWarning',
  '--import',
  join(here, 'peers/collect.ts'),
  file,
];

const script = (name: string): Pick<Peer, 'prepare' | 'command'> => ({
  prepare: installed,
  command: ({ port }) => ({ args: node(join(here, `peers/${name}.ts`)), env: { PORT: String(port) } }),
});

const relayFile = join(cache, 'relay.mjs');
const pythonDir = join(cache, 'flask');
const python = join(pythonDir, 'bin/python');

export const PEERS: readonly Peer[] = [
  {
    name: 'ByteChat relay',
    kind: 'relay',
    history: 'every commit, synchronous=FULL',
    prepare: builtRelay,
    command: relayCommand,
  },
  { name: 'raw TCP, coalesced (the limit)', kind: 'tcp', history: 'none', ...script('tcp') },
  { name: 'plain ws', kind: 'ws', history: 'none', ...script('ws') },
  { name: 'Socket.IO', kind: 'sio', history: 'none', ...script('socketio') },
  {
    name: 'Flask-SocketIO + SQLite per row',
    kind: 'sio',
    history: 'every row, synchronous=FULL',
    prepare: madeVenv,
    command: ({ port, dir }) => ({
      args: [python, join(here, 'peers/flask_app.py')],
      env: { PORT: String(port), HISTORY: join(dir, 'history.db') },
    }),
  },
  {
    name: 'Mosquitto (MQTT)',
    kind: 'mqtt',
    history: 'none',
    prepare: async () => findBroker(cache),
    command: place => brokerCommand(cache, place),
  },
];

/** For storms alone: what the proof costs that every client of a relay gives. */
export const PROVING: Peer = {
  name: 'plain ws that checks a signature',
  kind: 'ws',
  history: 'none',
  ...script('proof'),
};

function relayCommand({ port, dir }: Place) {
  // All clients of a benchmark have one address.
  const env = { PORT: String(port), DATA_DIR: dir, ROOM_MEMBERS: '200', LOG_LEVEL: 'error', ...MANY_FROM_ONE_ADDRESS };
  return { args: node(relayFile), env };
}

const MANY_FROM_ONE_ADDRESS = {
  CONNECTIONS_PER_ADDRESS: '1000000',
  HANDSHAKES_PER_ADDRESS: '1000000',
  JOINS_PER_ADDRESS: '1000000',
  ROOMS_PER_ADDRESS: '1000000',
};

/** What people may do a second is no limit of the machine: raised, and nothing else is changed. */
const RAISED: readonly [file: RegExp, name: string, value: string][] = [
  [/protocol\/limits\.ts$/, 'SENDS_PER_SECOND', '1e6'],
  [/protocol\/limits\.ts$/, 'SEND_BURST', '1e6'],
  [/protocol\/limits\.ts$/, 'JOIN_BURST', '1e6'],
  [/relay\/patience\.ts$/, 'MAX_FRAMES_A_SWEEP', '1e9'],
  [/relay\/patience\.ts$/, 'MAX_BYTES_A_SWEEP', '1e12'],
];

async function builtRelay(): Promise<undefined> {
  mkdirSync(cache, { recursive: true });
  const banner = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";
  await build({
    entryPoints: [join(root, 'chat-app/server/main.ts')],
    outfile: relayFile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node22',
    banner: { js: banner },
    logLevel: 'warning',
    plugins: [
      { name: 'raise', setup: ({ onLoad }) => onLoad({ filter: /(limits|patience)\.ts$/ }, ({ path }) => raise(path)) },
    ],
  });
}

function raise(path: string): { contents: string; loader: 'ts' } {
  let contents = readFileSync(path, 'utf8');
  for (const [file, name, value] of RAISED) {
    if (!file.test(path)) continue;
    const changed = contents.replace(new RegExp(`const ${name} = [^;]+;`), `const ${name} = ${value};`);
    if (changed === contents) throw new Error(`${name} is not in ${path}`);
    contents = changed;
  }
  return { contents, loader: 'ts' };
}

async function installed(): Promise<string | undefined> {
  if (existsSync(join(here, 'node_modules/socket.io'))) return undefined;
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: here, stdio: 'ignore' });
  return status === 0 ? undefined : 'npm ci did not work here';
}

async function madeVenv(): Promise<string | undefined> {
  if (spawnSync(python, ['-c', 'import flask_socketio, eventlet'], { stdio: 'ignore' }).status === 0) return undefined;
  const made = spawnSync('python3', ['-m', 'venv', pythonDir], { stdio: 'ignore' }).status === 0;
  const pip = () =>
    spawnSync(python, ['-m', 'pip', 'install', '-q', 'flask-socketio', 'eventlet'], { stdio: 'ignore' });
  return made && pip().status === 0 ? undefined : 'no Python with venv and pip, or no package index';
}

export interface Running {
  pid: number;
  port: number;
  stop(): Promise<void>;
}

/** With cores enough, servers have one and whoever loads them another. */
export const pinned = (core: number): string[] => (availableParallelism() > 1 ? ['taskset', '-c', String(core)] : []);

/** On a port and a folder of its own. */
export async function start(peer: Peer): Promise<Running> {
  const port = await freePort();
  const dir = mkdtempSync(join(tmpdir(), 'bytechat-bench-'));
  const { args, env } = peer.command({ port, dir });
  const [file = '', ...rest] = [...pinned(0), ...args];
  const child = spawn(file, rest, { env: { ...process.env, ...env }, stdio: 'ignore', cwd: dir });
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    }
    rmSync(dir, { recursive: true, force: true });
  };
  await answers(child, port);
  return { pid: child.pid ?? 0, port, stop };
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address ? address.port : 0;
}

export async function answers(child: ChildProcess, port: number): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}`);
    const socket = connect(port, '127.0.0.1');
    const isOpen = await new Promise(resolve => {
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    });
    socket.destroy();
    if (isOpen) return;
    await new Promise(resolve => setTimeout(resolve, 100));
  }
  throw new Error('the server does not answer');
}

export const versions = (): Record<string, string> => ({
  node: process.version,
  ws: versionOf('ws'),
  'socket.io': versionOf('socket.io'),
  mosquitto: brokerVersion(cache),
  flask: existsSync(python) ? pythonVersions() : 'none',
});

const versionOf = (name: string): string => {
  const file = join(here, 'node_modules', name, 'package.json');
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).version : 'none';
};

const pythonVersions = (): string =>
  execFileSync(python, [
    '-c',
    "import sys, importlib.metadata as m; print('python', sys.version.split()[0], *[f'{p} {m.version(p)}' for p in ('flask-socketio', 'eventlet')])",
  ])
    .toString()
    .trim();
