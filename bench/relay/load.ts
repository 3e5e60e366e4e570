/** One load on one server: a crowd that has joined, handed to the generator. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Shape } from './crowd.ts';
import { gather } from './crowd.ts';
import { span } from './measure.ts';
import type { Peer } from './servers.ts';
import { cache, pinned, start } from './servers.ts';

export const generatorFile = join(cache, 'generator');

/** Returns why there is none, if so. */
export function buildGenerator(): string | undefined {
  try {
    execFileSync('cc', ['-O2', '-Wall', '-o', generatorFile, join(import.meta.dirname, 'generator.c')]);
    return undefined;
  } catch {
    return 'no C compiler';
  }
}

export interface Load {
  seconds: number;
  warmup: number;
  /** Messages a second; undefined: as many as the server takes. */
  rate?: number;
}

export interface Measured {
  deliveriesPerSecond: number;
  sentPerSecond: number;
  deliveriesPerCpuSecond: number;
  /** Of one core. */
  serverShare: number;
  generatorShare: number;
  p50Ms: number;
  p99Ms: number;
  lost: number;
  refused: number;
  /** Cores that other processes kept busy meanwhile. */
  foreign: number;
}

export async function measure(peer: Peer, shape: Shape, load: Load): Promise<Measured> {
  const server = await start(peer);
  try {
    return await generate(peer, { shape, load, server });
  } finally {
    await server.stop();
  }
}

interface Job {
  shape: Shape;
  load: Load;
  server: { pid: number; port: number };
}

async function generate(peer: Peer, { shape, load, server }: Job): Promise<Measured> {
  const { clients, framing, sayAt, hearAt } = await gather(peer.kind, server.port, shape);
  const { seconds, warmup, rate } = load;
  const pace = rate === undefined ? ['-m', 'closed'] : ['-m', 'open', '-R', String(rate)];
  const places = ['-n', clients.length, '-a', sayAt, '-b', hearAt, '-k', server.pid].map(String);
  const [file = '', ...args] = [...pinned(1), generatorFile, '-f', framing, ...pace, ...places];
  const time = ['-W', String(warmup), '-T', String(seconds)];
  const sockets = clients.map(({ socket }) => socket);
  const before = span([server.pid, process.pid]);
  const child = spawn(file, [...args, ...time], { stdio: ['pipe', 'pipe', 'inherit', ...sockets] });
  child.stdin?.end(
    clients.map(({ speaks, says }) => `${Number(speaks)} ${Buffer.from(says).toString('hex')}\n`).join(''),
  );
  let text = '';
  child.stdout?.on('data', chunk => {
    text += chunk;
  });
  const [code] = await once(child, 'close');
  for (const socket of sockets) socket.destroy();
  if (code !== 0) throw new Error(`the generator ended with ${code}`);
  const result = JSON.parse(text) as Omit<Measured, 'foreign'>;
  const own = result.generatorShare * (seconds + warmup);
  const foreign = before.foreign([server.pid, process.pid]) - own / (seconds + warmup);
  return { ...result, foreign: Math.max(0, foreign) };
}
