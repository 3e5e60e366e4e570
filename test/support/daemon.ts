import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A Docker daemon of the test's own, which it may stop and kill: nobody else's containers are in it. */
export interface Daemon {
  /** The value of `DOCKER_HOST`. */
  readonly host: string;
  /** Its folder: the socket lies in it, and all that it stores below `data`. */
  readonly folder: string;
  /** Resolves when it answers; does nothing when it runs. */
  start(): Promise<void>;
  /** Resolves when its process has ended. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  /** Whatever it has started, stored and mounted goes with it. */
  dispose(): Promise<void>;
}

export interface Wanted {
  /** Copied from the daemon that is there. */
  readonly images: readonly string[];
  /** Its store lies in memory and has so many MiB. Default: on the disk. */
  readonly megabytes?: number;
}

/** Needs root, as every daemon. */
export const ownDaemon = async ({ images, megabytes }: Wanted): Promise<Daemon> => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'bytechat-daemon-')));
  const host = `unix://${join(folder, 'docker.sock')}`;
  const bridge = `bt${process.pid % 100_000}${next++}`;
  const data = join(folder, 'data');
  mkdirSync(data);
  if (megabytes !== undefined) await run('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', data]);
  await layBridge(bridge);
  writeFileSync(join(folder, 'daemon.json'), '{}');
  let child: ChildProcess | undefined;
  const docker = (...args: string[]) => run('docker', ['--host', host, ...args]);
  const runs = (): boolean => child !== undefined && child.exitCode === null && child.signalCode === null;
  const start = async (): Promise<void> => {
    if (runs()) return;
    child = spawn('dockerd', argumentsFor(folder, host, bridge), { stdio: ['ignore', 'ignore', 'pipe'] });
    await said(child, 'API listen on');
  };
  const end = async (signal: 'SIGTERM' | 'SIGKILL'): Promise<void> => {
    if (!child || !runs()) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
    // It dies with the daemon, and may still be listed when the next one looks.
    if (signal === 'SIGKILL') await rm(join(folder, 'exec', 'containerd', 'containerd.pid'), { force: true });
  };
  const dispose = async (): Promise<void> => {
    await start();
    const ids = (await docker('ps', '--all', '--quiet')).stdout.split('\n').filter(Boolean);
    if (ids.length > 0) await docker('rm', '--force', '--volumes', ...ids);
    await docker('network', 'prune', '--force');
    await end('SIGTERM');
    for (const mounted of mountsBelow(folder)) await run('umount', [mounted]);
    await run('ip', ['link', 'delete', bridge]);
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  };
  await start();
  await copyImages(images, host);
  return { host, folder, start, end, dispose };
};

let next = 0;

/**
 * A bridge of its own, and no rule of the machine's firewall changed: ports are published by its proxies. Without address
 * pools of its own: a daemon that has some removes `docker0` when it starts again, which is another daemon's.
 */
const argumentsFor = (folder: string, host: string, bridge: string): string[] => [
  ...['--config-file', join(folder, 'daemon.json'), '--host', host, '--pidfile', join(folder, 'pid')],
  ...['--data-root', join(folder, 'data'), '--exec-root', join(folder, 'exec'), '--storage-driver', 'overlay2'],
  ...['--iptables=false', '--bridge', bridge],
];

const layBridge = async (bridge: string): Promise<void> => {
  const address = `10.${128 + (process.pid % 100)}.${next % 128}.1/24`;
  await run('ip', ['link', 'add', 'name', bridge, 'type', 'bridge']);
  await run('ip', ['addr', 'add', address, 'dev', bridge]);
  await run('ip', ['link', 'set', bridge, 'up']);
};

const said = (child: ChildProcess, words: string): Promise<void> =>
  new Promise((resolve, reject) => {
    let text = '';
    child.stderr?.setEncoding('utf8').on('data', chunk => {
      text = (text + chunk).slice(-10_000);
      if (text.includes(words)) resolve();
    });
    child.once('exit', () => reject(new Error(`the daemon has ended:\n${text}`)));
    child.once('error', reject);
  });

/** One that was killed has left some; the last first. */
const mountsBelow = (folder: string): string[] =>
  readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .map(line => line.split(' ')[1] ?? '')
    .filter(place => place.startsWith(folder))
    .reverse();

const copyImages = async (images: readonly string[], host: string): Promise<void> => {
  const saved = spawn('docker', ['save', ...images], { stdio: ['ignore', 'pipe', 'inherit'] });
  const loaded = spawn('docker', ['--host', host, 'load', '--quiet'], { stdio: ['pipe', 'ignore', 'inherit'] });
  saved.stdout.pipe(loaded.stdin);
  const [exit] = await once(loaded, 'close');
  if (exit !== 0) throw new Error('the images could not be copied');
};
