import { expect, test } from 'vitest';
import { answers } from '../../src/reports/answer.ts';
import { styleFor } from '../../src/reports/style.ts';

const NOW = new Date('2026-11-27T12:00:00Z');
const style = styleFor({ env: { NO_COLOR: '1' }, stream: { isTTY: true, columns: 80 } });
const text = (name: string, data: object): string => answers[name]?.(data as never, style, NOW) ?? '';

const at = { set: 'k8s', context: 'prod', namespace: 'demo' };

test('kube diff shows each field, and never says more of a secret than that it changes', () => {
  const objects = [
    { action: 'create', what: 'Deployment/web', where: 'k8s/a.yaml:11', fields: [] },
    {
      action: 'change',
      what: 'ConfigMap/settings in other',
      where: 'k8s/a.yaml:1',
      fields: [
        { path: 'data.mode', from: 'loud', to: 'quiet', drift: true },
        { path: 'data.gone', from: 'x', drift: false },
        { path: 'spec.list', to: ['a', 1], drift: false },
      ],
    },
    {
      action: 'change',
      what: 'Secret/login',
      owner: 'other',
      fields: [{ path: 'data.password', from: '*** (before)', to: '***', drift: false }],
    },
    { action: 'delete', what: 'Service/old', fields: [] },
    { action: 'keep', what: 'Service/web', fields: [], besides: [{ path: 'spec.x', value: 1, by: 'kubectl-edit' }] },
  ];
  expect(text('kube diff', { ...at, objects })).toBe(`k8s: 4 differences  cluster prod, namespace demo

  + create  Deployment/web  k8s/a.yaml:11
  ~ change  ConfigMap/settings in other  k8s/a.yaml:1
            data.mode: loud → quiet  (somebody else has changed it)
            data.gone: x → none
            spec.list: none → ["a",1]
  ~ change  Secret/login  belongs to other: apply refuses it
            data.password: *** (before) → ***
  - delete  Service/old
  = keep    Service/web
            spec.x: 1  (kubectl-edit has set it; it stays)`);
  expect(text('kube diff', { ...at, objects: [] })).toBe(
    '= No differences: the cluster has k8s as it is wanted\n  cluster prod, namespace demo',
  );
});

test('kube status says what is ready, and why the rest is not', () => {
  const none = { missing: [], workloads: [], pods: [], services: [], claims: [], events: [] };
  expect(text('kube status', { ...at, ok: false, objects: 0, ...none })).toBe(
    '○ There is nothing of k8s in the namespace demo of prod',
  );
  const since = '2026-11-27T11:55:00Z';
  const said = 'The image cannot be pulled: not found';
  const data = {
    ...at,
    ok: false,
    objects: 4,
    missing: ['ConfigMap/settings'],
    workloads: [{ what: 'Deployment/web', ready: 1, wanted: 2, updated: 2, done: false, said }],
    pods: [
      { name: 'web-1', phase: 'Running', ready: true, restarts: 1, since, said: '' },
      { name: 'web-2', phase: 'Pending', ready: false, restarts: 0, since, said },
    ],
    services: [
      { name: 'web', type: 'ClusterIP', addresses: ['10.0.0.1:80'], ready: true },
      { name: 'out', type: 'LoadBalancer', addresses: [], ready: false },
    ],
    claims: [{ name: 'data', phase: 'Pending', size: '1Gi' }],
    events: [{ at: since, what: 'Pod/web-2', said: 'Failed: no such image' }],
  };
  expect(text('kube status', data)).toBe(`✗ k8s: 4 objects, not ready
  cluster prod, namespace demo

  Missing    ConfigMap/settings
  ✗ Deployment/web  1/2 ready, 2 updated
      The image cannot be pulled: not found
    ✓ web-1  Running, 1 restart, 5 min old
    ✗ web-2  Pending, 0 restarts, 5 min old
        The image cannot be pulled: not found
  Service    web  ClusterIP  10.0.0.1:80
  Service    out  LoadBalancer  no address yet
  Claim      data  Pending  1Gi

  Last warnings
  │ 5 min ago  Pod/web-2: Failed: no such image`);
});
