import { once } from 'node:events';
import { createServer as createHttp } from 'node:http';
import { request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import process from 'node:process';
import { onTestFinished } from 'vitest';
import { loadKubeconfig } from '../../../src/clients/kube/config.ts';
import { folderWith } from '../../support/folder.ts';

export interface CountingProxy {
  /** `PATCH /api/v1/…`, of everything that may change something; a dry run too. */
  readonly mutations: () => readonly string[];
  readonly requests: () => number;
  /** The kubeconfig is again what it was. */
  end(): void;
}

/** A plain HTTP way to the API server, as the admin, that writes down what is asked. */
export const countingProxy = async (): Promise<CountingProxy> => {
  const config = await loadKubeconfig(undefined);
  const options = {};
  await config.applyToHTTPSOptions(options);
  const upstream = new URL(config.getCurrentCluster()?.server ?? '');
  const asked: string[] = [];
  const server = createHttp((incoming, outgoing) => {
    asked.push(`${incoming.method} ${incoming.url}`);
    const { host: _host, ...headers } = incoming.headers;
    const onward = request(
      {
        ...options,
        host: upstream.hostname,
        port: upstream.port,
        path: incoming.url,
        method: incoming.method,
        headers,
      },
      answer => {
        outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(outgoing);
      },
    );
    onward.on('error', () => outgoing.destroy());
    incoming.pipe(onward);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const before = process.env.KUBECONFIG;
  process.env.KUBECONFIG = join(
    folderWith({ config: kubeconfigFor((server.address() as AddressInfo).port) }),
    'config',
  );
  const end = (): void => {
    process.env.KUBECONFIG = before;
    server.closeAllConnections();
    server.close();
  };
  onTestFinished(end);
  return {
    mutations: () => asked.filter(line => !line.startsWith('GET ')),
    requests: () => asked.length,
    end,
  };
};

const kubeconfigFor = (port: number): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'counted', cluster: { server: `http://127.0.0.1:${port}`, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'nobody', user: {} }],
    contexts: [{ name: 'counted', context: { cluster: 'counted', user: 'nobody' } }],
    'current-context': 'counted',
  });
