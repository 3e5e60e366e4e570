import { createServer, type Server, type Socket } from 'node:net';
import type { ForwardSpec } from '../../../core/forward.ts';
import { accessTo } from './access.ts';
import { type Leading, lead } from './lead.ts';
import { listenFirst } from './listen.ts';
import { followPods, type Pods } from './pods.ts';

export interface Serving {
  readonly port: number;
  readonly pods: Pods;
  /** Resolves when nothing listens any more, and all connections are cut. */
  end(): Promise<void>;
}

export interface Manner {
  /** The port that it had before. */
  readonly before?: number | undefined;
  readonly say: (line: string) => void;
}

/** Connections wait this long for a pod that can be reached, in ms. */
const PATIENCE_MS = 60_000;

/** Listens, and leads each connection to a ready pod of the Service. */
export const serveForward = async (spec: ForwardSpec, { before, say }: Manner): Promise<Serving> => {
  const access = accessTo(spec);
  const over = new AbortController();
  const sockets = new Set<Socket>();
  let leading: Leading | undefined;
  const server = createServer({ allowHalfOpen: true }, socket => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    if (leading) void lead(socket, leading);
    else socket.destroy();
  });
  const port = await listenFirst(server, spec, before);
  // Too many open files, for one: what is open goes on, and the next one may come through.
  server.on('error', error => say(`a connection could not be accepted: ${error.message}`));
  const pods = followPods({ spec, access, say, signal: over.signal });
  leading = { spec, access, pods, say, patienceMs: PATIENCE_MS };
  return {
    port,
    pods,
    end: () => {
      over.abort();
      return closed(server, sockets);
    },
  };
};

const closed = (server: Server, sockets: ReadonlySet<Socket>): Promise<void> =>
  new Promise(resolve => {
    server.close(() => resolve());
    for (const socket of sockets) socket.destroy();
  });
