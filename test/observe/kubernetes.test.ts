import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../src/core/json.ts';
import { observeLive } from '../../src/observe/kubernetes/cluster.ts';
import { servingInCluster } from '../../src/observe/kubernetes/serving.ts';
import type { Ask } from '../../src/observe/observer.ts';
import { configFrom } from '../support/config.ts';

const configOf = (more: string) =>
  configFrom(`target: kubernetes\napp: { name: shop, image: {} }\nkubernetes: ${more}`);
const OPEN = '{ expose: { type: loadBalancer, host: shop.example.org }, tls: cert }';

interface There {
  readonly objects?: readonly JsonObject[];
  readonly records?: readonly JsonObject[];
  readonly forward?: JsonObject | null;
}

/** A cluster that has this, and what it was asked. */
const cluster = ({ objects = [], records = [], forward = null }: There) => {
  const asked: [string, JsonObject][] = [];
  const answers: Readonly<Record<string, Json>> = {
    cluster: { context: 'c', server: 's', version: 'v1.34.2', problem: null },
    history: records,
    status: forward,
    look: {
      namespace: 'ours',
      live: { objects, settled: true, taken: [], denied: [], helm: null },
      pods: { ready: 1, wanted: 1, restarts: 0, since: 'now', pod: 'shop-0', address: '' },
    },
  };
  const ask = {
    async call(_api: string, method: string, request: JsonObject) {
      asked.push([method, request]);
      return answers[method];
    },
  } as unknown as Ask;
  return { ask, edge: () => asked.find(([method]) => method === 'look')?.[1].edge };
};

const workload = {
  kind: 'StatefulSet',
  metadata: { name: 'shop', annotations: { 'bytechat.dev/release': 'r1', 'bytechat.dev/config': 'c1' } },
};
const serviceAt = (port: number) => ({ kind: 'Service', metadata: { name: 'shop' }, spec: { ports: [{ port }] } });

describe('kinds that somebody has to install', () => {
  const gateway = { settings: { objects: [{ kind: 'Gateway', metadata: { name: 'shop' } }] } };

  test.for([
    ['are not asked for by an app that never had one', '{}', [], false],
    ['are looked for by one that wants one', '{ expose: { type: gateway, class: c, host: a.b } }', [], true],
    ['are still looked for by one that had one, so that they are pruned', '{}', [gateway], true],
  ] as const)('%s', async ([, text, records, edge]) => {
    const there = cluster({ records: records as unknown as JsonObject[] });
    await observeLive({ config: configOf(text), env: {} }, there.ask);
    expect(there.edge()).toBe(edge);
  });
});

describe('the address', () => {
  const forward = {
    url: 'http://localhost:5001',
    port: 5001,
    pid: 7,
    context: 'c',
    namespace: 'shop',
    name: 'shop',
    containerPort: 8080,
  };

  test.for([
    ['is https when what is live serves it', OPEN, 443, null, 'https://shop.example.org'],
    ['is not what a deploy that was put back had wanted', OPEN, 80, forward, 'http://localhost:5001'],
    [
      'is the port-forward without a certificate',
      '{ expose: { type: loadBalancer } }',
      80,
      forward,
      'http://localhost:5001',
    ],
    ['is nothing where none runs', '{}', 80, null, ''],
    ['is nothing where it leads elsewhere', '{}', 80, { ...forward, name: 'other' }, ''],
  ] as const)('%s', async ([, text, port, way, url]) => {
    const there = cluster({ objects: [workload, serviceAt(port)], forward: way as JsonObject | null });
    expect(await servingInCluster({ config: configOf(text), env: {} }, there.ask)).toMatchObject({
      release: 'r1',
      url,
    });
  });
});
