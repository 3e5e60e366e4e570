/** One question to the relay: `GET /healthz`. */
import { once } from 'node:events';
import http from 'node:http';
import { connect, type NetConnectOpts, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { connect as secure } from 'node:tls';

export interface Place {
  /** A port of a host, or a unix socket. */
  readonly at: NetConnectOpts;
  readonly tls: boolean;
  /** A line that says whose the connection is comes first. */
  readonly proxied: boolean;
}

/** Nobody's: a relay counts it for no address. */
const PROXY_HEADER = 'PROXY UNKNOWN\r\n';

/** The state that the relay there says it is in. Rejects when it says none. */
export async function ask(place: Place, signal: AbortSignal): Promise<string> {
  const socket = await open(place, signal);
  try {
    const request = http.get({ path: '/healthz', createConnection: () => socket, signal });
    const [response] = (await once(request, 'response', { signal })) as [http.IncomingMessage];
    const body = await text(response);
    if (response.statusCode !== 200) throw new Error(`/healthz answered with HTTP ${response.statusCode}`);
    return stateIn(body);
  } finally {
    socket.destroy();
  }
}

async function open({ at, tls, proxied }: Place, signal: AbortSignal): Promise<Socket> {
  const socket = connect(at);
  // Whoever awaits it next hears of it; nobody must not.
  socket.on('error', () => {});
  signal.addEventListener('abort', () => socket.destroy());
  await once(socket, 'connect', { signal });
  if (proxied) socket.write(PROXY_HEADER);
  if (!tls) return socket;
  // It asks itself: its certificate names it as others see it.
  const secured = secure({ socket, rejectUnauthorized: false });
  await once(secured, 'secureConnect', { signal });
  return secured;
}

function stateIn(body: string): string {
  const { state } = JSON.parse(body) as { state?: unknown };
  if (typeof state !== 'string') throw new Error('what answers there is no relay');
  return state;
}
