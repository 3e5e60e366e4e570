import { once } from 'node:events';
import { createServer, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';

/** Answers one call: bytes in, bytes out. */
export type Handler = (request: Buffer) => Promise<Buffer> | Buffer;

export interface GrpcServer {
  readonly port: number;
  close(): void;
}

const UNIMPLEMENTED = '12';
const UNKNOWN = '2';

/** A gRPC server of calls that have one request and one answer, by path: `/tfplugin6.Provider/ReadResource`. */
export const serveGrpc = async (handlers: Readonly<Record<string, Handler>>): Promise<GrpcServer> => {
  const server = createServer({ settings: { initialWindowSize: 16 * 1024 * 1024 } });
  server.on('stream', (stream, headers) => void answer(stream, handlers[String(headers[':path'])]));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const sessions = new Set<{ destroy(): void }>();
  server.on('session', session => sessions.add(session.on('close', () => sessions.delete(session))));
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      for (const session of sessions) session.destroy();
      server.close();
    },
  };
};

const answer = async (stream: ServerHttp2Stream, handle: Handler | undefined): Promise<void> => {
  // Whoever asked may be gone before the answer is there.
  stream.on('error', () => {});
  if (!handle) return end(stream, UNIMPLEMENTED);
  try {
    const sent = Buffer.concat(await stream.toArray());
    // Five bytes of frame: whether it is compressed, and how long it is.
    const reply = await handle(sent.subarray(5));
    const frame = Buffer.alloc(5);
    frame.writeUInt32BE(reply.length, 1);
    end(stream, '0', Buffer.concat([frame, reply]));
  } catch (error) {
    end(stream, UNKNOWN, undefined, String(error));
  }
};

const end = (stream: ServerHttp2Stream, status: string, body?: Buffer, message = ''): void => {
  if (stream.destroyed || stream.closed) return;
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
  stream.on('wantTrailers', () =>
    stream.sendTrailers({ 'grpc-status': status, 'grpc-message': encodeURIComponent(message) }),
  );
  stream.end(body);
};
