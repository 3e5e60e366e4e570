import { isIPv4 } from 'node:net';

/** The two ends of a connection as the system tells them; a client that has gone already has none. */
export interface Ends {
  readonly remoteAddress?: string | undefined;
  readonly remotePort?: number | undefined;
  readonly localAddress?: string | undefined;
  readonly localPort?: number | undefined;
}

/** The line that a connection begins with for a release that wants to know who it leads on: PROXY protocol, version 1. */
export const proxyHeader = ({ remoteAddress, remotePort, localAddress, localPort }: Ends): string => {
  if (remoteAddress === undefined || localAddress === undefined) return 'PROXY UNKNOWN\r\n';
  const [from, to] = [plain(remoteAddress), plain(localAddress)];
  const family = isIPv4(from) && isIPv4(to) ? 'TCP4' : 'TCP6';
  return `PROXY ${family} ${from} ${to} ${remotePort} ${localPort}\r\n`;
};

/** An IPv4 address on a socket of both families, without what is written before it; an IPv6 one without its zone. */
const plain = (address: string): string => address.replace(/^::ffff:(?=[\d.]+$)/, '').replace(/%.*/, '');
