import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Json, type JsonObject, mapJson } from '../../src/core/json.ts';
import { type KubeObject, objectKey } from '../../src/core/kube.ts';
import { objectsOf } from '../../src/steps/manifests/objects.ts';
import { rendered, withoutHelm } from './support/helm.ts';
import { anyValues, SAMPLES } from './support/values.ts';

const MANAGED_BY = 'app.kubernetes.io/managed-by';

/** Who manages it is the one thing that may differ. */
const unmanaged = (value: Json): Json => {
  if (typeof value !== 'object' || value === null || !(MANAGED_BY in value)) return value;
  const { [MANAGED_BY]: _who, ...rest } = value as JsonObject;
  return rest;
};

const byKey = (objects: readonly KubeObject[]) =>
  Object.fromEntries(objects.map(object => [objectKey(object), mapJson(object as unknown as Json, unmanaged)]));

describe.skipIf(withoutHelm)('the chart and bytechat make the same objects', () => {
  test.for(Object.keys(SAMPLES))('%s', name => {
    const values = SAMPLES[name]!;
    expect(byKey(rendered(values))).toEqual(byKey(objectsOf(values)));
  });

  test('of any values', () => {
    fc.assert(
      fc.property(anyValues, values => {
        expect(byKey(rendered(values))).toEqual(byKey(objectsOf(values)));
      }),
      { numRuns: 25 },
    );
  });
});

test('the samples make every kind', () => {
  const kinds = new Set(Object.values(SAMPLES).flatMap(values => objectsOf(values).map(({ kind }) => kind)));
  expect([...kinds].sort()).toEqual([
    'BackendConfig',
    'ConfigMap',
    'Deployment',
    'GCPBackendPolicy',
    'Gateway',
    'HTTPRoute',
    'HealthCheckPolicy',
    'HorizontalPodAutoscaler',
    'Ingress',
    'ManagedCertificate',
    'Namespace',
    'NetworkPolicy',
    'PodDisruptionBudget',
    'Secret',
    'Service',
    'ServiceAccount',
    'StatefulSet',
  ]);
});
