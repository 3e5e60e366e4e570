/** The header that a proxy puts before a connection to say whose it is (HAProxy's PROXY protocol, versions 1 and 2). */
import { isIPv4, isIPv6 } from 'node:net';

export interface ProxyHeader {
  /** Where the connection comes from; undefined: from the proxy itself, or it does not know. */
  address: string | undefined;
  /** How much of the connection it was. */
  length: number;
}

/** A header, or that it is not all there yet, or that it will never be one. */
export type Parsed = ProxyHeader | 'more' | 'bad';

const TEXT_START = Buffer.from('PROXY ');
const TEXT_END = '\r\n';
const MAX_TEXT_BYTES = 107;

const BINARY_START = Buffer.from('0d0a0d0a000d0a515549540a', 'hex');
const BINARY_HEAD_BYTES = 16;
/** Addresses take 36 bytes; what else proxies add (TLS, names of endpoints) some hundred. */
export const MAX_HEADER_BYTES = 2048;

/** `bytes` is everything that has come so far. */
export function parseProxyHeader(bytes: Buffer): Parsed {
  if (begins(bytes, TEXT_START)) return parseText(bytes);
  return begins(bytes, BINARY_START) ? parseBinary(bytes) : 'bad';
}

/** As far as they have come. */
function begins(bytes: Buffer, start: Buffer): boolean {
  const length = Math.min(bytes.length, start.length);
  return bytes.compare(start, 0, length, 0, length) === 0;
}

function parseText(bytes: Buffer): Parsed {
  const line = bytes.toString('latin1', 0, MAX_TEXT_BYTES);
  const end = line.indexOf(TEXT_END);
  if (end === -1) return bytes.length < MAX_TEXT_BYTES ? 'more' : 'bad';
  const length = end + TEXT_END.length;
  const [, protocol, ...ends] = line.slice(0, end).split(' ');
  if (protocol === 'UNKNOWN') return { address: undefined, length };
  const isAddress = protocol === 'TCP4' ? isIPv4 : protocol === 'TCP6' ? isPlainIPv6 : undefined;
  return isAddress && areEnds(ends, isAddress) ? { address: ends[0], length } : 'bad';
}

/** A zone means nothing to anybody else. */
const isPlainIPv6 = (text: string): boolean => isIPv6(text) && !text.includes('%');

/** Source and destination, and the ports of both. */
const areEnds = (ends: string[], isAddress: (text: string) => boolean): boolean =>
  ends.length === 4 && ends.slice(0, 2).every(isAddress) && ends.slice(2).every(isPort);

const isPort = (text: string): boolean => /^(0|[1-9]\d{0,4})$/.test(text) && Number(text) <= 65_535;

const VERSION_AND = { local: 0x20, proxy: 0x21 };

interface Family {
  /** Of both addresses, and their ports where they have some. */
  bytes: number;
  /** Undefined: such an address says nothing to us. */
  source: ((addresses: Buffer) => string) | undefined;
}

/** By the byte that names family and transport; whatever else there may be does not come over a stream. */
const FAMILIES: ReadonlyMap<number | undefined, Family> = new Map<number | undefined, Family>([
  [0x00, { bytes: 0, source: undefined }],
  [0x11, { bytes: 12, source: addresses => [...addresses.subarray(0, 4)].join('.') }],
  [0x21, { bytes: 36, source: addresses => ipv6(addresses) }],
  [0x31, { bytes: 216, source: undefined }],
]);

function parseBinary(bytes: Buffer): Parsed {
  if (bytes.length < BINARY_HEAD_BYTES) return 'more';
  const length = BINARY_HEAD_BYTES + bytes.readUInt16BE(14);
  const command = bytes[12];
  if (length > MAX_HEADER_BYTES || (command !== VERSION_AND.local && command !== VERSION_AND.proxy)) return 'bad';
  const family = FAMILIES.get(bytes[13]);
  if (command === VERSION_AND.proxy && !(family && length >= BINARY_HEAD_BYTES + family.bytes)) return 'bad';
  if (bytes.length < length) return 'more';
  const isOurs = command === VERSION_AND.local;
  return { address: isOurs ? undefined : family?.source?.(bytes.subarray(BINARY_HEAD_BYTES, length)), length };
}

/** An IPv4 address that is written as an IPv6 one is read as what it is, as everywhere. */
function ipv6(addresses: Buffer): string {
  const groups = Array.from({ length: 8 }, (_, nth) => addresses.readUInt16BE(2 * nth));
  const isMapped = groups.slice(0, 5).every(group => group === 0) && groups[5] === 0xffff;
  return isMapped ? [...addresses.subarray(12, 16)].join('.') : groups.map(group => group.toString(16)).join(':');
}
