import type { Agent, IncomingMessage } from 'node:http';
import { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { KubeSession } from '../session.ts';
import { dataFrame, ERRORS, frameReader } from './channels.ts';

export interface TunnelEnd {
  readonly namespace: string;
  readonly pod: string;
  readonly port: number;
}

/** Why there is no tunnel, or no longer one. */
export class TunnelError extends Error {
  override readonly name = 'TunnelError';
  /**
   * `refused`: the API server said no, with this status. `unreachable`: it did not answer. `closed`: nothing in the pod
   * listens, so what was sent has reached nobody. `lost`: it broke later. `ended`: without an answer.
   */
  readonly kind: 'refused' | 'unreachable' | 'closed' | 'lost' | 'ended';
  readonly status: number;

  constructor(kind: TunnelError['kind'], message: string, status = 0) {
    super(message);
    this.kind = kind;
    this.status = status;
  }
}

const PROTOCOL = 'v4.channel.k8s.io';
const OPENS_MS = 15_000;
/** A network that is gone without a word is noticed by the system, also while nobody reads. */
const PROBE_MS = 15_000;

/**
 * A connection to a port of a pod, through the API server, with back-pressure both ways.
 *
 * Spoken here and not by client-node's `PortForward`, which reads and writes without back-pressure, takes any word on the
 * error channel for bytes of a file, and ends all when one side is done. The newer `SPDY/3.1+portforward.k8s.io` can
 * pass on that one side is done, but a container runtime as containerd cuts the answer off a second after it was told.
 * So nobody is told: `end()` closes both sides, and is for when no answer is awaited any more.
 */
export const openTunnel = async (session: KubeSession, end: TunnelEnd): Promise<Duplex> => {
  const socket = await newSocket(session, end);
  // At once: what comes with the server's first word must not be missed.
  const tunnel = duplexOver(socket);
  return new Promise((resolve, reject) => {
    socket.once('upgrade', answer => answer.socket.setKeepAlive(true, PROBE_MS).setNoDelay(true));
    socket.once('open', () => resolve(tunnel));
    socket.once('unexpected-response', (_request, answer) => void refusalOf(answer).then(reject));
    socket.on('error', error => reject(new TunnelError('unreachable', error.message)));
  });
};

const newSocket = async (session: KubeSession, { namespace, pod, port }: TunnelEnd): Promise<WebSocket> => {
  const [{ WebSocket }, { headers, agent, ...options }] = await Promise.all([import('ws'), session.options()]);
  const path = `/api/v1/namespaces/${namespace}/pods/${pod}/portforward?ports=${port}`;
  const { accept: _, ...known } = headers as Record<string, string>;
  return new WebSocket(session.server.replace(/^http/, 'ws') + path, PROTOCOL, {
    ...(options as object),
    // It is one for TLS, and keeps what shortens the next handshake.
    ...(session.server.startsWith('https:') && { agent: agent as Agent }),
    headers: known,
    perMessageDeflate: false,
    handshakeTimeout: OPENS_MS,
  });
};

const refusalOf = async (answer: IncomingMessage): Promise<TunnelError> => {
  const { statusCode = 0 } = answer;
  let text = '';
  answer.setEncoding('utf8');
  try {
    for await (const chunk of answer) text += chunk;
  } catch {
    // What it has said so far will do.
  }
  return new TunnelError('refused', messageIn(text) || `HTTP ${statusCode}`, statusCode);
};

/** The API server says why in a `Status`; what stands between may say it in any other way. */
const messageIn = (text: string): string => {
  try {
    return String((JSON.parse(text) as { message?: unknown }).message ?? text);
  } catch {
    return text.trim().slice(0, 500);
  }
};

const duplexOver = (socket: WebSocket): Duplex => {
  const read = frameReader();
  const tunnel = new Duplex({
    read: () => socket.resume(),
    write: (chunk: Buffer, _encoding, done) => send(socket, chunk, done),
    final: done => {
      socket.close();
      done();
    },
    destroy: (error, done) => {
      socket.terminate();
      done(error);
    },
  });
  socket.on('message', (message: Buffer) => {
    const arrival = read(message);
    if (!arrival || tunnel.destroyed) return;
    if (arrival.channel === ERRORS) tunnel.destroy(errorIn(arrival.data.toString('utf8')));
    else if (!tunnel.push(arrival.data)) socket.pause();
  });
  socket.on('close', code => {
    if (code === ABNORMAL) return tunnel.destroy(new TunnelError('lost', 'the connection to the API server was lost'));
    // What has arrived is still read, also by whoever reads slowly.
    tunnel.push(null);
    tunnel.end();
  });
  // Whoever waits for it to open is told in another way.
  return tunnel.on('error', () => {});
};

/** Ended without a word (RFC 6455, 7.1.5). */
const ABNORMAL = 1006;

/** What is written to a side that has ended goes nowhere, as it would on a connection of TCP. */
const send = (socket: WebSocket, chunk: Buffer, done: (error?: Error | null) => void): void => {
  if (socket.readyState !== socket.OPEN) done();
  else socket.send(dataFrame(chunk), error => done(error ? new TunnelError('lost', error.message) : null));
};

const NOBODY = /connection refused|failed to (connect|dial|find)|not found|not running|no such/i;

const errorIn = (text: string): TunnelError => new TunnelError(NOBODY.test(text) ? 'closed' : 'lost', text.trim());
