/** What a proxy writes in front of a connection. */
import type { Socket } from 'node:net';
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { onTestFinished } from 'vitest';
import type { ClientOptions } from 'ws';

export const textHeader = (address: string): Buffer => {
  const [protocol, own] = address.includes(':') ? ['TCP6', '::1'] : ['TCP4', '127.0.0.1'];
  return Buffer.from(`PROXY ${protocol} ${address} ${own} 40000 443\r\n`);
};

const BINARY_START = Buffer.from('\r\n\r\n\0\r\nQUIT\n');

export interface Binary {
  /** Version and command; default: version 2, a connection of somebody else's. */
  command?: number;
  family: number;
  /** Addresses, ports, and whatever follows. */
  rest: Uint8Array;
  /** What the header says of the length of the rest, if that is not true. */
  length?: number;
}

export function binaryHeader({ command = 0x21, family, rest, length = rest.length }: Binary): Buffer {
  return Buffer.concat([BINARY_START, Buffer.of(command, family, length >> 8, length & 255), rest]);
}

/** Of an IPv4 address. */
export const binaryHeader4 = (address: string, extra: Uint8Array = Buffer.alloc(0)): Buffer =>
  binaryHeader({
    family: 0x11,
    rest: Buffer.concat([Buffer.from([...address.split('.').map(Number), 127, 0, 0, 1, 156, 64, 1, 187]), extra]),
  });

export function connectWith(port: number, header: Uint8Array): Socket {
  const socket = connect(port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  socket.on('error', () => {});
  socket.write(header);
  return socket;
}

/** For a WebSocket through such a proxy. */
export const through = (port: number, header: Uint8Array, tls = false): ClientOptions => ({
  createConnection: () => {
    const socket = connectWith(port, header);
    return tls ? connectTls({ socket, rejectUnauthorized: false }) : socket;
  },
});
