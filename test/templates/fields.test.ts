import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { KubeObject } from '../../src/core/kube.ts';
import { objectsOf } from '../../src/steps/manifests/objects.ts';
import { isBuiltIn, wrongFields } from './support/fields.ts';
import { wrongIn } from './support/foreign.ts';
import { anyValues, SAMPLES } from './support/values.ts';

const wrong = (objects: readonly KubeObject[]): string[] =>
  objects.flatMap(object => (isBuiltIn(object) ? wrongFields(object) : wrongIn(object)));

test.for(Object.keys(SAMPLES))('every field of %s exists and has its type', name => {
  expect(wrong(objectsOf(SAMPLES[name]!))).toEqual([]);
});

test('every field exists and has its type, of any values', () => {
  fc.assert(
    fc.property(anyValues, values => {
      expect(wrong(objectsOf(values))).toEqual([]);
    }),
  );
});

test('the check sees what is wrong', () => {
  const metadata = { name: 'shop', namespace: 'market', labels: {} };
  const spec = { replicas: '2', selektor: {}, template: { spec: { containers: { name: 'app' } } } };
  expect(wrong([{ apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec }])).toEqual([
    'Deployment.spec.replicas: number is wanted, not "2"',
    'Deployment.spec.selektor: there is no such field',
    'Deployment.spec.template.spec.containers: a list is wanted',
  ]);
  const gateway = { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway', metadata };
  expect(wrong([{ ...gateway, spec: { gatewayClassName: '', listeners: [] } }])).toHaveLength(2);
  expect(wrong([{ ...gateway, apiVersion: 'gateway.networking.k8s.io/v1alpha2', spec: {} }])).not.toEqual([]);
});
