import { describe, expect, test } from 'vitest';
import { askedBy } from '../../src/config/google/asked.ts';
import type { JsonObject } from '../../src/core/json.ts';
import type { KubeObject } from '../../src/core/kube.ts';
import { quantity } from '../../src/core/quantity.ts';
import { valuesFrom } from '../../src/steps/manifests/from.ts';
import { objectsOf } from '../../src/steps/manifests/objects.ts';
import { configFrom, freshFacts } from '../support/config.ts';

const GIB = 2 ** 30;

const at = (value: unknown, ...path: readonly (string | number)[]): unknown =>
  path.reduce((inside: unknown, key) => Reflect.get(Object(inside), key), value);

/** The same, read from the objects that a deploy applies. */
const askedIn = (objects: readonly KubeObject[]) => {
  const find = (...kinds: readonly string[]) => objects.find(({ kind }) => kinds.includes(kind));
  const workload = find('Deployment', 'StatefulSet');
  const scaler = find('HorizontalPodAutoscaler');
  const requests = at(workload, 'spec', 'template', 'spec', 'containers', 0, 'resources', 'requests') as JsonObject;
  const claims = (at(workload, 'spec', 'volumeClaimTemplates') ?? []) as readonly JsonObject[];
  const replicas = at(workload, 'spec', 'replicas') as number;
  const balanced = find('Ingress', 'Gateway') ?? at(find('Service'), 'spec', 'type');
  return {
    pods: {
      min: at(scaler, 'spec', 'minReplicas') ?? replicas,
      max: at(scaler, 'spec', 'maxReplicas') ?? replicas,
    },
    cpu: quantity(requests.cpu),
    memory: quantity(requests.memory) / GIB,
    volumes: claims.length,
    isBalanced: balanced !== 'ClusterIP',
    ...(claims.length > 0 && {
      size: quantity(at(claims[0], 'spec', 'resources', 'requests', 'storage') as string) / GIB,
      storage: at(claims[0], 'spec', 'storageClassName') ?? '',
    }),
  };
};

describe('what is counted is what the objects ask for', () => {
  test.for([
    ['the chat', 'chat: {}'],
    ['more volumes', 'app: { name: shop, image: {}, container: { volumes: { a: /a, b: /b } } }'],
    ['several pods', 'app: { name: shop, image: {}, container: { stateless: true } }'],
    [
      'always as many',
      'app: { name: shop, image: {}, container: { stateless: true } }, kubernetes: { replicas: { min: 3, max: 3 } }',
    ],
    [
      'everything else',
      'kubernetes: { cpu: 750m, memory: 2Gi, storage: { size: 20Gi, class: premium-rwo }, expose: { type: loadBalancer } }',
    ],
    ['an ingress', 'kubernetes: { expose: { type: ingress, class: gce, host: a.example.org } }'],
    [
      'a gateway',
      'kubernetes: { expose: { type: gateway, class: gke-l7-global-external-managed, host: a.example.org } }',
    ],
  ] as const)('%s', ([, text]) => {
    const config = configFrom(`{ target: gcp, gcp: { project: my-project }, ${text} }`);
    const told = askedBy(config);
    const asked = askedIn(objectsOf(valuesFrom(config, freshFacts)));
    expect(told).toMatchObject(asked);
  });
});
