import { expect, test } from 'vitest';
import { handedOver } from '../../../src/clients/kube/helm-owner.ts';

const entry = (manager: string, operation: string, fieldsV1: object, more: object = {}) => ({
  manager,
  operation,
  apiVersion: 'apps/v1',
  fieldsType: 'FieldsV1',
  fieldsV1,
  ...more,
});

test('what one manager has set is what the other has applied, in one entry', () => {
  const before = [
    entry('kubectl-edit', 'Update', { 'f:spec': { 'f:paused': {} } }),
    entry('bytechat', 'Apply', { 'f:spec': { 'f:template': { 'f:b': {} } }, 'f:metadata': {} }),
    entry('helm', 'Update', { 'f:spec': { 'f:replicas': {}, 'f:template': { 'f:a': {} } } }),
  ];
  expect(handedOver(before as never, 'helm', 'bytechat')).toEqual([
    before[0],
    entry('bytechat', 'Apply', {
      'f:spec': { 'f:replicas': {}, 'f:template': { 'f:a': {}, 'f:b': {} } },
      'f:metadata': {},
    }),
  ]);
});

test('what is set through a subresource stays, and so does all where there is nothing to hand over', () => {
  const status = entry('helm', 'Update', { 'f:status': {} }, { subresource: 'status' });
  const own = entry('bytechat', 'Apply', { 'f:spec': {} });
  expect(handedOver([status, own] as never, 'helm', 'bytechat')).toEqual([status, own]);
  expect(handedOver(undefined, 'helm', 'bytechat')).toEqual([]);
});
