import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync } from 'node:fs';
import net from 'node:net';
import process from 'node:process';
import { isTakenOnOtherLoopback } from '../engine/loopback.ts';

/** A socket that is bound and listens here, and is accepted from elsewhere: by whoever inherits its descriptor. */
export interface ListeningSocket {
  readonly fd: number;
  readonly host: string;
  readonly port: number;
  close(): void;
}

/** What Node's own cluster module binds with: a handle that does not accept. A net.Server would steal connections. */
interface Handle {
  readonly fd: number;
  getsockname(out: { address?: string; port?: number }): number;
  close(): void;
}

type Bind = (host: string, port: number, family: 4 | 6) => Handle | number;
const bind = Reflect.get(net, '_createServerHandle') as Bind;

export interface Wanted {
  readonly host: string;
  readonly from: number;
  readonly to: number;
}

/** The first free port of the range. Undefined when all are taken. */
export const listenOn = async ({ host, from, to }: Wanted): Promise<ListeningSocket | undefined> => {
  for (let port = from; port <= to; port++) {
    const handle = (await isTakenOnOtherLoopback(host, port)) ? undefined : tryBind(host, port);
    if (!handle) continue;
    if (await startListening(handle.fd))
      return { fd: handle.fd, host, port: portOf(handle), close: () => handle.close() };
    handle.close();
  }
  return undefined;
};

/** The socket that an earlier supervisor has passed on. */
export const inheritedSocket = (fd: number, host: string, port: number): ListeningSocket => ({
  fd,
  host,
  port,
  close: () => closeSync(fd),
});

/** libuv keeps the error of a port that is taken until somebody listens; such a handle has no port yet. */
const tryBind = (host: string, port: number): Handle | undefined => {
  const handle = bind(host, port, net.isIPv6(host) ? 6 : 4);
  if (typeof handle === 'number') return undefined;
  if (portOf(handle) !== 0) return handle;
  handle.close();
  return undefined;
};

const portOf = (handle: Handle): number => {
  const name: { port?: number } = {};
  handle.getsockname(name);
  return name.port ?? 0;
};

/**
 * listen(2) belongs to the socket, not to who calls it. Node can only listen and accept in one, so a short-lived child
 * does it: it ends before anybody knows the port, and the socket goes on listening here. False when somebody else was
 * quicker to listen on the same port.
 */
const startListening = async (fd: number): Promise<boolean> => {
  const program = `require('node:net').createServer().on('error', () => process.exit(1)).listen({ fd: 3, backlog: ${BACKLOG} }, () => process.exit(0))`;
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'ignore', 'ignore', fd] });
  const [code] = await once(child, 'exit');
  return code === 0;
};

/** How many connections may wait for a hand-over; the system's limit (net.core.somaxconn) may be lower. */
const BACKLOG = 4096;
