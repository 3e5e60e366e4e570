import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { type KubeSession, openSession } from '../../../src/clients/kube/session.ts';
import { folderWith } from '../../support/folder.ts';
import { problemOf } from '../../support/registry.ts';

/** A server that ends every connection when a second request comes on it, before it is answered. */
const impatient = async (): Promise<{ session: KubeSession; asked: string[] }> => {
  const asked: string[] = [];
  const known = new Set<Socket>();
  const server = createServer((request: IncomingMessage, answer) => {
    asked.push(String(request.method));
    if (known.has(request.socket)) return void request.socket.resetAndDestroy();
    known.add(request.socket);
    answer.setHeader('content-type', 'application/json').end('{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    vi.unstubAllEnvs();
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'c', cluster: { server: `http://127.0.0.1:${port}`, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'u', user: {} }],
    contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'c',
  };
  vi.stubEnv('KUBECONFIG', join(folderWith({ config: JSON.stringify(config) }), 'config'));
  return { session: await openSession({}), asked };
};

const PATH = '/api/v1/namespaces/shop/pods';

test('a connection that the server has just ended is no reason to fail', async () => {
  const { session, asked } = await impatient();
  for (const _ of [1, 2, 3]) expect((await session.ask({ path: PATH })).status).toBe(200);
  expect(asked.length).toBeGreaterThan(3);
});

test('what would make something is not sent twice', async () => {
  const { session, asked } = await impatient();
  expect((await session.ask({ path: PATH })).status).toBe(200);
  const made = session.ask({ path: PATH, method: 'POST', body: {} });
  expect(await problemOf(made)).toMatchObject({ code: 'cluster-unreachable' });
  expect(asked).toEqual(['GET', 'POST']);
});
