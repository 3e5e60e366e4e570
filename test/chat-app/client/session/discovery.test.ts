import { describe, expect, test } from 'vitest';
import { candidates, findRelay, isLoopback } from '../../../../chat-app/client/session/discovery.ts';

const page = (origin: string) => {
  const { protocol, hostname } = new URL(origin);
  return { protocol, hostname, origin };
};

const health = () => Response.json({ status: 'ok' });
const website = () => new Response('<!doctype html>', { headers: { 'content-type': 'text/html' } });

/** Answers at these origins only, and remembers who was asked. */
function network(answers: Record<string, () => Response>) {
  const asked: string[] = [];
  const ask = (async (url: string) => {
    asked.push(url);
    const answer = answers[new URL(url).origin];
    if (!answer) throw new TypeError('Failed to fetch');
    return answer();
  }) as typeof fetch;
  return { ask, asked };
}

test('the page’s own origin is asked first, and nobody else when it answers', async () => {
  const { ask, asked } = network({ 'http://localhost:5001': health });
  const found = await findRelay(page('http://localhost:5001'), ask);
  expect(found).toEqual({ kind: 'found', origin: 'http://localhost:5001', here: true });
  expect(asked).toEqual(['http://localhost:5001/healthz']);
});

test('a page on loopback then asks the local ports in order', async () => {
  const { ask, asked } = network({ 'http://localhost:5003': health });
  const found = await findRelay(page('http://localhost:5173'), ask);
  expect(found).toEqual({ kind: 'found', origin: 'http://localhost:5003', here: false });
  expect(asked).toHaveLength(4);
});

test('a page that is not on loopback asks nobody else', async () => {
  const { ask, asked } = network({});
  expect(await findRelay(page('https://chat.example.org'), ask)).toEqual({
    kind: 'missing',
    asked: ['https://chat.example.org'],
  });
  expect(asked).toEqual(['https://chat.example.org/healthz']);
});

test.each([
  ['a page in place of /healthz', website],
  ['an error', () => new Response('{}', { status: 503, headers: { 'content-type': 'application/json' } })],
])('%s is no relay', async (_, answer) => {
  const { ask } = network({ 'https://chat.example.org': answer });
  expect(await findRelay(page('https://chat.example.org'), ask)).toMatchObject({ kind: 'missing' });
});

test('a local port that serves the page itself is asked once', () => {
  const origins = candidates(page('http://127.0.0.1:5004'));
  expect(origins).toHaveLength(10);
  expect(origins[0]).toBe('http://127.0.0.1:5004');
});

describe('loopback', () => {
  test.each(['localhost', 'chat.localhost', '127.0.0.1', '127.1.2.3', '[::1]'])('%s', host => {
    expect(isLoopback(host)).toBe(true);
  });
  test.each(['localhost.example.org', '127.0.0.1.example.org', '10.0.0.1', 'chat.example.test'])('not %s', host => {
    expect(isLoopback(host)).toBe(false);
  });
});
