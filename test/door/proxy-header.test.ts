import { expect, test } from 'vitest';
import { proxyHeader } from '../../src/door/proxy-header.ts';

test.for([
  ['192.0.2.7', '10.1.2.3', 'PROXY TCP4 192.0.2.7 10.1.2.3 4711 8080\r\n'],
  ['::ffff:192.0.2.7', '::ffff:10.1.2.3', 'PROXY TCP4 192.0.2.7 10.1.2.3 4711 8080\r\n'],
  ['2001:db8::7', '2001:db8::1', 'PROXY TCP6 2001:db8::7 2001:db8::1 4711 8080\r\n'],
  ['fe80::7%eth0', 'fe80::1%eth0', 'PROXY TCP6 fe80::7 fe80::1 4711 8080\r\n'],
] as const)('%s to %s', ([remoteAddress, localAddress, line]) => {
  expect(proxyHeader({ remoteAddress, localAddress, remotePort: 4711, localPort: 8080 })).toBe(line);
  expect(line.length).toBeLessThanOrEqual(107);
});

test('a client that has gone already is unknown', () => {
  expect(proxyHeader({ localAddress: '10.1.2.3', localPort: 8080 })).toBe('PROXY UNKNOWN\r\n');
});
