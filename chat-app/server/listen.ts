import type { Server } from 'node:net';
import type { Config } from './config.ts';
import { Problem } from './problem.ts';

/** After a restart all clients come at once; the system may allow fewer. */
const BACKLOG = 4096;
/** The first socket that a service manager hands over. */
const INHERITED_FD = 3;

/** Binds the socket that was handed over, or the first free port; returns the port. Throws `ports-taken`, `listen`. */
export async function listen(server: Server, { inherited, host, ports }: Config): Promise<number> {
  if (inherited) return (await bind(server, { fd: INHERITED_FD })) ?? 0;
  for (let port = ports.first; port <= ports.last; port++) {
    const bound = await bind(server, { host, port });
    if (bound !== undefined) return bound;
  }
  const which = ports.first === ports.last ? `Port ${ports.first}` : `All ports from ${ports.first} to ${ports.last}`;
  throw new Problem(
    'ports-taken',
    `${which} on ${host} ${ports.first === ports.last ? 'is' : 'are'} in use. ` +
      'Stop one of the programs that listen there, or set PORT to a free port, to a range of them, or to 0 for any.',
  );
}

type Place = { fd: number } | { host: string; port: number };

/** The port; undefined when it is taken. */
function bind(server: Server, place: Place): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' && 'port' in place ? resolve(undefined) : reject(cannot(place, error));
    server.once('error', failed);
    server.listen({ ...place, backlog: BACKLOG }, () => {
      server.off('error', failed);
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : 0);
    });
  });
}

function cannot(place: Place, error: Error): Problem {
  const where =
    'port' in place
      ? `port ${place.port} of HOST ${place.host}`
      : `file descriptor ${place.fd}, which LISTEN_FDS announces`;
  return new Problem('listen', `Cannot listen on ${where}: ${error.message}`, error);
}
