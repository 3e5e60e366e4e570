import { expect, test } from 'vitest';
import { originCheck } from '../../../../chat-app/server/routes/origin.ts';

const RULES = { origins: ['https://other.example.org'], trustedProxies: ['10.0.0.0/8', 'fd00::/8'] };
const asks = (origin: string | undefined, host: string, more: { forwarded?: string; from?: string } = {}) => {
  const { forwarded, from = '203.0.113.9' } = more;
  const headers = { host, ...(origin && { origin }), ...(forwarded && { 'x-forwarded-host': forwarded }) };
  return originCheck(RULES)({ headers, remoteAddress: from });
};

test.each([
  ['no browser', undefined, 'chat.example.org'],
  ['its own page', 'https://chat.example.org', 'chat.example.org'],
  ['its own page on a port', 'http://chat.example.org:8080', 'chat.example.org:8080'],
  ['a configured origin', 'https://other.example.org', 'chat.example.org'],
  ['a local page on another port', 'http://localhost:5173', 'localhost:5001'],
  ['a local page under another local name', 'http://127.0.0.1:5173', '[::1]:5001'],
])('allows %s', (_, origin, host) => {
  expect(asks(origin, host)).toBe(true);
});

test.each([
  ['a foreign page', 'https://evil.example.org', 'chat.example.org'],
  ['a foreign page to a local relay', 'https://evil.example.org', 'localhost:5001'],
  ['a local page to a relay elsewhere', 'http://localhost:5173', 'chat.example.org'],
  ['another port elsewhere', 'https://chat.example.org:444', 'chat.example.org'],
  ['a sandboxed page', 'null', 'chat.example.org'],
  ['a name that only begins like loopback', 'http://localhost.evil.org', 'localhost:5001'],
  ['nonsense for a host', 'http://localhost:1', '%%%'],
])('refuses %s', (_, origin, host) => {
  expect(asks(origin, host)).toBe(false);
});

test('believes a forwarded host from trusted proxies only', () => {
  const forwarded = 'chat.example.org';
  expect(asks('https://chat.example.org', 'relay:5001', { forwarded, from: '10.1.2.3' })).toBe(true);
  expect(asks('https://chat.example.org', 'relay:5001', { forwarded, from: '::ffff:10.1.2.3' })).toBe(true);
  expect(asks('https://chat.example.org', 'relay:5001', { forwarded, from: 'fd12::1' })).toBe(true);
  expect(asks('https://chat.example.org', 'relay:5001', { forwarded, from: '192.0.2.1' })).toBe(false);
});
