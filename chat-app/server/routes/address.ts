/** Who is at the other end, behind proxies that are trusted. */
import type { IncomingHttpHeaders } from 'node:http';
import { BlockList, isIP, isIPv6 } from 'node:net';

export interface Asker {
  headers: IncomingHttpHeaders;
  /** The address at the other end of the connection. */
  remoteAddress: string | undefined;
}

/** Whether an address is in one of these addresses and networks. */
export function networks(list: readonly string[]): (address: string | undefined) => boolean {
  const known = new BlockList();
  for (const each of list) {
    const [address = '', bits] = each.split('/');
    const family = isIPv6(address) ? 'ipv6' : 'ipv4';
    if (bits === undefined) known.addAddress(address, family);
    else known.addSubnet(address, Number(bits), family);
  }
  return address => address !== undefined && known.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}

/**
 * What limits count by: an IPv4 address, or the first 64 bits of an IPv6 address, all of which one customer has. Of
 * `X-Forwarded-For`, what trusted proxies have written is believed, from the last entry back; anybody can write the rest.
 */
export function sourceOf({ headers, remoteAddress }: Asker, isProxy: (address: string | undefined) => boolean): string {
  const forwarded = headers['x-forwarded-for'];
  const chain = typeof forwarded === 'string' ? forwarded.split(',').map(each => plain(each.trim())) : [];
  let address = plain(remoteAddress ?? '');
  for (let next = chain.pop(); isProxy(address) && next !== undefined && isIP(next) > 0; next = chain.pop()) {
    address = next;
  }
  return isIPv6(address) ? prefixOf(address) : address;
}

/** An IPv4 address as it is, also when a socket for both families shows it as an IPv6 address. */
const plain = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/i, '');

function prefixOf(address: string): string {
  const [head = '', tail] = (address.split('%')[0] ?? '').split('::');
  const first = head === '' ? [] : head.split(':');
  const last = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - first.length - last.length);
  const groups = [...first, ...Array<string>(zeros).fill('0'), ...last];
  return groups
    .slice(0, 4)
    .map(group => Number.parseInt(group, 16).toString(16))
    .join(':');
}
