import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type KubeObject, objectKey } from '../../src/core/kube.ts';
import { chartObjects } from '../../src/steps/manifests/helm.ts';
import { objectsOf } from '../../src/steps/manifests/objects.ts';
import { rendered, withoutHelm } from './support/helm.ts';
import { anyValues, SAMPLES } from './support/values.ts';

const byKey = (objects: readonly KubeObject[]) =>
  Object.fromEntries(objects.map(object => [objectKey(object), object]));

describe.skipIf(withoutHelm)('the chart and bytechat make the same objects', () => {
  test.for(Object.keys(SAMPLES))('%s', name => {
    const values = SAMPLES[name]!;
    expect(byKey(rendered(values))).toEqual(byKey(chartObjects(values)));
  });

  test('of any values', () => {
    fc.assert(
      fc.property(anyValues, values => {
        expect(byKey(rendered(values))).toEqual(byKey(chartObjects(values)));
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

test('nothing but who manages them, and that two are kept, is other than as plain manifests', () => {
  const values = SAMPLES['several without']!;
  const without = (object: KubeObject): unknown => {
    const { annotations: { 'helm.sh/resource-policy': kept, ...annotations } = {}, ...metadata } = object.metadata;
    const rest = Object.keys(annotations).length === 0 ? metadata : { ...metadata, annotations };
    return JSON.parse(JSON.stringify({ ...object, metadata: rest }).replaceAll('"Helm"', '"bytechat"'));
  };
  expect(chartObjects(values).map(without)).toEqual(objectsOf(values));
  const keeps = chartObjects(values).filter(({ metadata }) => metadata.annotations?.['helm.sh/resource-policy']);
  expect(keeps.map(({ kind }) => kind)).toEqual(['ConfigMap', 'Secret']);
});
