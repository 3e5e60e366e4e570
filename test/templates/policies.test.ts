import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../src/core/kube.ts';
import { objectsOf } from '../../src/steps/manifests/objects.ts';
import { SAMPLES, valuesWith } from './support/values.ts';

interface Container {
  readonly image: string;
  readonly startupProbe?: object;
  readonly readinessProbe?: object;
  readonly livenessProbe?: object;
  readonly lifecycle?: { readonly preStop: { readonly sleep: { readonly seconds: number } } };
  readonly resources: {
    readonly requests: Readonly<Record<string, string>>;
    readonly limits: Readonly<Record<string, string>>;
  };
  readonly securityContext: object;
}

interface Workload {
  readonly replicas: number;
  readonly strategy?: { readonly rollingUpdate: object };
  readonly template: {
    readonly spec: {
      readonly automountServiceAccountToken: boolean;
      readonly securityContext: object;
      readonly terminationGracePeriodSeconds: number;
      readonly containers: readonly Container[];
    };
  };
}

const specOf = <Spec>(objects: readonly KubeObject[], ...kinds: string[]): Spec =>
  objects.find(({ kind }) => kinds.includes(kind))?.spec as unknown as Spec;
const workloadOf = (objects: readonly KubeObject[]) => specOf<Workload>(objects, 'Deployment', 'StatefulSet');

describe.for(Object.keys(SAMPLES))('%s', name => {
  const values = SAMPLES[name]!;
  const objects = objectsOf(values);
  const workload = workloadOf(objects);
  const pod = workload.template.spec;
  const [container] = pod.containers as readonly [Container];

  test('has one image, pinned', () => {
    expect(pod.containers).toHaveLength(1);
    expect(container.image).toMatch(/@sha256:[0-9a-f]{64}$/);
  });

  test('runs as nobody, and may do nothing that it was not given', () => {
    expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
    expect(container.securityContext).toMatchObject({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: !values.writable,
      capabilities: { drop: ['ALL'] },
    });
  });

  test('asks for what it needs, and its memory ends there', () => {
    const { cpu, memory } = values.resources;
    expect(container.resources).toEqual({ requests: { cpu, memory }, limits: { memory } });
  });

  test('has three probes', () => {
    const { startupProbe, readinessProbe, livenessProbe } = container;
    expect([startupProbe, readinessProbe, livenessProbe]).not.toContain(undefined);
  });

  test('has no token for the cluster', () => {
    expect(pod.automountServiceAccountToken).toBe(false);
    expect(objects.find(({ kind }) => kind === 'ServiceAccount')?.automountServiceAccountToken).toBe(false);
  });

  test('lets a node be emptied', () => {
    const budget = specOf<object>(objects, 'PodDisruptionBudget');
    expect(budget).toMatchObject({ maxUnavailable: 1, unhealthyPodEvictionPolicy: 'AlwaysAllow' });
    expect(budget).not.toHaveProperty('minAvailable');
  });

  test('is given the time to linger, and to end after it', () => {
    const linger = container.lifecycle?.preStop.sleep.seconds ?? 0;
    expect(linger > 0).toBe(values.stateless);
    expect(pod.terminationGracePeriodSeconds).toBeGreaterThan(linger + values.drain);
    if (values.stateless) expect(workload.strategy?.rollingUpdate).toEqual({ maxSurge: 1, maxUnavailable: 0 });
  });

  test('is told apart by what never changes', () => {
    const selector = { 'bytechat.dev/app': values.name };
    expect(workload).toMatchObject({ selector: { matchLabels: selector } });
    expect(specOf<object>(objects, 'Service')).toMatchObject({ selector });
  });
});

test('nothing is left of who may not be known: what is secret is in the Secret alone', () => {
  const values = valuesWith({ secrets: { TOKEN: 'sentinel-5b1e' } });
  const others = objectsOf(values).filter(({ kind }) => kind !== 'Secret');
  expect(JSON.stringify(others)).not.toContain('sentinel');
});

test('the order in which volumes were written down changes nothing', () => {
  const one = valuesWith({ volumes: { a: '/a', b: '/b' } });
  const other = valuesWith({ volumes: { b: '/b', a: '/a' } });
  expect(objectsOf(other)).toEqual(objectsOf(one));
});

describe('TLS', () => {
  const tlsOf = (type: 'none' | 'loadBalancer' | 'ingress' | 'gateway') => {
    const values = valuesWith({
      tls: 'shop-tls',
      expose: { type, host: '', class: type === 'gateway' ? 'envoy' : '' },
    });
    const objects = objectsOf(values);
    const pod = JSON.stringify(workloadOf(objects).template);
    const { ports } = specOf<{ ports: [{ port: number }] }>(objects, 'Service');
    return {
      app: pod.includes('"secretName":"shop-tls"') && pod.includes('TLS_CERT') && pod.includes('"scheme":"HTTPS"'),
      plain: !pod.includes('tls') && !pod.includes('TLS') && pod.includes('"scheme":"HTTP"'),
      edge: JSON.stringify(specOf(objects, 'Ingress', 'Gateway') ?? {}).includes('"shop-tls"'),
      port: ports[0].port,
    };
  };

  test.for(['none', 'loadBalancer'] as const)('with %s the app serves with it', type => {
    expect(tlsOf(type)).toEqual({ app: true, plain: false, edge: false, port: 443 });
  });

  test.for(['ingress', 'gateway'] as const)('with %s it ends there', type => {
    expect(tlsOf(type)).toEqual({ app: false, plain: true, edge: true, port: 80 });
  });
});
