/** A listening socket for relays to inherit. */
import net from 'node:net';
import { onTestFinished } from 'vitest';

export interface Bound {
  fd: number;
  port: number;
}

/** What a service manager does: binds, and keeps the socket while one relay follows another. */
export function boundSocket(): Bound {
  const create = (net as unknown as { _createServerHandle(host: string, port: number, type: 4): Handle })
    ._createServerHandle;
  const handle = create('127.0.0.1', 0, 4);
  onTestFinished(() => handle.close());
  const address = { port: 0 };
  handle.getsockname(address);
  return { fd: handle.fd, port: address.port };
}

interface Handle {
  fd: number;
  getsockname(address: object): void;
  close(): void;
}
