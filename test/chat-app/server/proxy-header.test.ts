import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Parsed } from '../../../chat-app/server/proxy-header.ts';
import { MAX_HEADER_BYTES, parseProxyHeader } from '../../../chat-app/server/proxy-header.ts';
import { binaryHeader, binaryHeader4, textHeader } from './support/proxy.ts';

const text = (line: string): Parsed => parseProxyHeader(Buffer.from(line));
const ends = (hex: string): Buffer => Buffer.from(hex.replaceAll(' ', ''), 'hex');
const V6 = '20010db8 00000000 00000000 00000007  00000000 00000000 00000000 00000001 9c40 01bb';

test('addresses of both versions', () => {
  expect(parseProxyHeader(textHeader('203.0.113.7'))).toEqual({ address: '203.0.113.7', length: 44 });
  expect(parseProxyHeader(textHeader('2001:db8::7'))).toMatchObject({ address: '2001:db8::7' });
  expect(parseProxyHeader(binaryHeader4('203.0.113.7'))).toEqual({ address: '203.0.113.7', length: 28 });
  expect(parseProxyHeader(binaryHeader({ family: 0x21, rest: ends(V6) }))).toEqual({
    address: '2001:db8:0:0:0:0:0:7',
    length: 52,
  });
  const mapped = ends(`00000000 00000000 0000ffff cb007107 ${V6.slice(36)}`);
  expect(parseProxyHeader(binaryHeader({ family: 0x21, rest: mapped }))).toMatchObject({ address: '203.0.113.7' });
  const more = binaryHeader4('203.0.113.7', Buffer.alloc(100));
  expect(parseProxyHeader(Buffer.concat([more, Buffer.from('GET /')]))).toEqual({
    address: '203.0.113.7',
    length: 128,
  });
});

test('of itself, or of nobody knows whom', () => {
  expect(text('PROXY UNKNOWN\r\nGET / HTTP/1.1')).toEqual({ address: undefined, length: 15 });
  expect(text('PROXY UNKNOWN ffff::1 anything 1 2\r\n')).toMatchObject({ address: undefined });
  for (const family of [0x00, 0x11, 0x99]) {
    const local = binaryHeader({ command: 0x20, family, rest: Buffer.alloc(12) });
    expect(parseProxyHeader(local)).toEqual({ address: undefined, length: 28 });
  }
  for (const family of [0x00, 0x31]) {
    const rest = Buffer.alloc(family === 0 ? 0 : 216);
    expect(parseProxyHeader(binaryHeader({ family, rest }))).toEqual({ address: undefined, length: 16 + rest.length });
  }
});

test.each([
  'GET / HTTP/1.1\r\n',
  'PROXZ',
  'PROXY\r\n',
  'PROXY TCP4 203.0.113.7 127.0.0.1 40000\r\n',
  'PROXY TCP4 203.0.113.7 127.0.0.1 40000 443 1\r\n',
  'PROXY TCP4 203.0.113.7  127.0.0.1 40000 443\r\n',
  'PROXY TCP4 2001:db8::7 ::1 40000 443\r\n',
  'PROXY TCP6 203.0.113.7 127.0.0.1 40000 443\r\n',
  'PROXY TCP6 fe80::1%lo ::1 40000 443\r\n',
  'PROXY TCP4 203.0.113.7 127.0.0.1 65536 443\r\n',
  'PROXY TCP4 203.0.113.7 127.0.0.1 040 443\r\n',
  'PROXY TCP4 203.0.113.7 127.0.0.1 -1 443\r\n',
  'PROXY TCP4 localhost 127.0.0.1 40000 443\r\n',
  'PROXY UDP4 203.0.113.7 127.0.0.1 40000 443\r\n',
  'proxy TCP4 203.0.113.7 127.0.0.1 40000 443\r\n',
  `PROXY UNKNOWN ${'x'.repeat(107 - 14 - 1)}\r\n`,
])('no header, and never one: %j', line => expect(text(line)).toBe('bad'));

test.each([
  ['version 1 in the binary form', { command: 0x11, family: 0x11, rest: Buffer.alloc(12) }],
  ['an unknown command', { command: 0x22, family: 0x11, rest: Buffer.alloc(12) }],
  ['too short for its addresses', { family: 0x11, rest: Buffer.alloc(11) }],
  ['a datagram', { family: 0x12, rest: Buffer.alloc(12) }],
  ['an unknown family', { family: 0x41, rest: Buffer.alloc(300) }],
  ['longer than any', { family: 0x11, rest: Buffer.alloc(20), length: MAX_HEADER_BYTES - 15 }],
])('no header, and never one: %s', (_, wrong) => expect(parseProxyHeader(binaryHeader(wrong))).toBe('bad'));

const octet = fc.nat(255);
const address = fc.tuple(octet, octet, octet, octet).map(octets => octets.join('.'));
const header = fc.oneof(
  address.map(textHeader),
  fc.tuple(address, fc.uint8Array({ maxLength: 300 })).map(([from, extra]) => binaryHeader4(from, extra)),
);

test('a good header is not judged before its last byte, whatever follows it', () => {
  fc.assert(
    fc.property(header, fc.uint8Array({ maxLength: 200 }), (good, rest) => {
      for (let length = 0; length < good.length; length++) {
        expect(parseProxyHeader(good.subarray(0, length))).toBe('more');
      }
      expect(parseProxyHeader(Buffer.concat([good, rest]))).toMatchObject({ length: good.length });
    }),
  );
});

test('whatever comes: more is asked for only as long as a header may be; what is bad stays bad', () => {
  const bent = fc
    .tuple(header, fc.array(fc.tuple(fc.nat(), octet), { maxLength: 3 }), fc.uint8Array({ maxLength: 2500 }))
    .map(([good, edits, rest]) => {
      const bytes = Buffer.concat([good, rest]);
      for (const [at, byte] of edits) bytes[at % good.length] = byte;
      return bytes;
    });
  fc.assert(
    fc.property(fc.oneof(bent, fc.uint8Array({ maxLength: 3000 }).map(Buffer.from)), fc.nat(), (bytes, at) => {
      const some = parseProxyHeader(bytes.subarray(0, at % (bytes.length + 1)));
      const all = parseProxyHeader(bytes);
      if (some !== 'more') expect(all).toEqual(some);
      if (all === 'more') expect(bytes.length).toBeLessThan(MAX_HEADER_BYTES);
      if (typeof all === 'object') expect(all.length).toBeLessThanOrEqual(bytes.length);
    }),
  );
});
