import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import process from 'node:process';
import { onTestFinished } from 'vitest';
import { loadKubeconfig } from '../../src/clients/kube/config.ts';
import { folderWith } from './folder.ts';

/** `gone`: nobody listens. `silent`: bytes go nowhere. `deaf`: what is asked arrives, the answer does not. */
export type Way = 'open' | 'gone' | 'silent' | 'deaf';

export interface ClusterProxy {
  /** The context that goes through it; the cluster's own is there besides. */
  readonly context: string;
  /** How many pieces of answers went through. */
  readonly answered: () => number;
  set(way: Way): void;
  /** Sets it when the next so many pieces of answers have gone through. */
  setAfter(pieces: number, way: Way): void;
}

/** Bytes to a real API server over the loopback, with a kubeconfig of its own in KUBECONFIG. Gone when the test is. */
export const clusterProxy = async (): Promise<ClusterProxy> => {
  let [way, answered, next]: [Way, number, { at: number; way: Way } | undefined] = ['open', 0, undefined];
  const sockets = new Set<Socket>();
  const cluster = (await loadKubeconfig(undefined)).getCurrentCluster();
  const upstream = new URL(cluster?.server ?? '');
  const set = (wanted: Way): void => {
    way = wanted;
    if (way === 'gone') for (const socket of sockets) socket.destroy();
  };
  const answer = (piece: Buffer, client: Socket): void => {
    answered++;
    if (way === 'open') client.write(piece);
    if (next && answered >= next.at) set(next.way);
  };
  const server = createServer(client => {
    if (way === 'gone') return void client.destroy();
    const onward = connect({ host: upstream.hostname, port: Number(upstream.port || 443) });
    for (const [socket, other] of [[client, onward] as const, [onward, client] as const]) {
      sockets.add(socket);
      socket.on('error', () => {}).on('close', () => other.destroy());
    }
    client.on('data', piece => void (way !== 'silent' && onward.write(piece)));
    onward.on('data', piece => answer(piece as Buffer, client));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  useKubeconfig((server.address() as AddressInfo).port, await rawConfig());
  return {
    context: 'proxied',
    answered: () => answered,
    set,
    setAfter: (pieces, wanted) => {
      next = { at: answered + pieces, way: wanted };
    },
  };
};

interface RawConfig {
  readonly clusters: readonly { readonly name: string; readonly cluster: object }[];
  readonly contexts: readonly { readonly name: string; readonly context: { readonly cluster: string } }[];
  readonly 'current-context': string;
}

const rawConfig = async (): Promise<RawConfig> => {
  const config = await loadKubeconfig(undefined);
  const raw = JSON.parse(config.exportConfig()) as RawConfig;
  const ca = config.getCurrentCluster()?.caFile;
  const inline = ca ? { 'certificate-authority-data': readFileSync(ca).toString('base64') } : {};
  return { ...raw, clusters: raw.clusters.map(each => ({ ...each, cluster: { ...each.cluster, ...inline } })) };
};

const useKubeconfig = (port: number, raw: RawConfig): void => {
  const before = process.env.KUBECONFIG;
  const context = raw.contexts.find(({ name }) => name === raw['current-context'])?.context;
  const cluster = raw.clusters.find(({ name }) => name === context?.cluster)?.cluster;
  const away = { server: `https://127.0.0.1:${port}`, 'tls-server-name': 'kubernetes' };
  const config = {
    ...raw,
    clusters: [...raw.clusters, { name: 'proxied', cluster: { ...cluster, ...away } }],
    contexts: [...raw.contexts, { name: 'proxied', context: { ...context, cluster: 'proxied' } }],
  };
  process.env.KUBECONFIG = join(folderWith({ config: JSON.stringify(config) }), 'config');
  onTestFinished(() => {
    process.env.KUBECONFIG = before;
  });
};
