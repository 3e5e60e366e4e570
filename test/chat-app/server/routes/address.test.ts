import { expect, test } from 'vitest';
import { networks, sourceOf } from '../../../../chat-app/server/routes/address.ts';

const isProxy = networks(['10.0.0.0/8', '::1']);
const of = (remoteAddress: string | undefined, forwarded?: string) =>
  sourceOf({ headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded }, remoteAddress }, isProxy);

test.each([
  ['no proxy: the peer', '203.0.113.9', undefined, '203.0.113.9'],
  ['a stranger who claims to be a proxy is not believed', '203.0.113.9', '198.51.100.1', '203.0.113.9'],
  ['a trusted proxy names its client', '10.1.1.1', '198.51.100.1', '198.51.100.1'],
  ['what the client itself wrote in front counts for nothing', '10.1.1.1', '1.2.3.4, 198.51.100.1', '198.51.100.1'],
  ['a chain of trusted proxies', '10.1.1.1', '1.2.3.4, 198.51.100.1, 10.2.2.2', '198.51.100.1'],
  ['nonsense ends the chain', '10.1.1.1', '198.51.100.1, nonsense', '10.1.1.1'],
  ['an empty header', '10.1.1.1', '', '10.1.1.1'],
  ['an IPv4 address in IPv6 dress', '::ffff:10.1.1.1', '::ffff:198.51.100.1', '198.51.100.1'],
  ['an IPv6 address counts by its network', '2001:db8:1:2:3:4:5:6', undefined, '2001:db8:1:2'],
  ['however it is written', '2001:0db8:0001:0002::7', undefined, '2001:db8:1:2'],
  ['also when that is short', '2001:db8::1', undefined, '2001:db8:0:0'],
  ['and behind a proxy', '::1', '2001:db8:1:2::1', '2001:db8:1:2'],
  ['a peer that is gone', undefined, undefined, ''],
])('%s', (_, remote, forwarded, expected) => {
  expect(of(remote, forwarded)).toBe(expected);
});
