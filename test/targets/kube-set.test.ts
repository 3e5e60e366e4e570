import { describe, expect, test } from 'vitest';
import { chooseSet } from '../../src/config/kube-set.ts';
import type { Answer } from '../../src/core/answer.ts';
import type { Facts } from '../../src/core/fact.ts';
import type { Member } from '../../src/core/facts/kube-set.ts';
import type { Json } from '../../src/core/json.ts';
import type { KubeObject } from '../../src/core/kube.ts';
import type { Plan } from '../../src/core/plan.ts';
import { decide, parseOptions } from '../../src/host/decide.ts';
import { operations } from '../../src/operations/index.ts';
import type { Change } from '../../src/operations/operation.ts';
import { configFrom, freshFacts } from '../support/config.ts';
import { goldenPlans } from '../support/golden.ts';

const config = configFrom(
  'target: kubernetes\napp: { name: demo, image: { repository: r.example.org/demo }, port: 5101-5105 }',
);

const object = (kind: string, name: string, more: object = {}): KubeObject => ({
  apiVersion: kind === 'Deployment' || kind === 'StatefulSet' ? 'apps/v1' : 'v1',
  kind,
  metadata: { name, labels: { 'bytechat.dev/app': 'k8s' }, annotations: { 'bytechat.dev/applied': '0a1b' } },
  ...more,
});

const settings = object('ConfigMap', 'settings', { data: { mode: 'quiet' } });
const login = object('Secret', 'login', { stringData: { password: { $secret: 'password of Secret demo/login' } } });
const web = object('Deployment', 'web');
const claim = object('PersistentVolumeClaim', 'kept');

const member = ({ apiVersion, kind, metadata: { name } }: KubeObject, more: Partial<Member> = {}): Member => ({
  ref: { apiVersion, kind, metadata: { name } },
  wanted: true,
  known: true,
  there: true,
  owner: 'k8s',
  changes: [],
  drift: [],
  besides: [],
  same: true,
  settled: true,
  ...more,
});

const absent = (from: KubeObject): Member =>
  member(from, { known: false, there: false, owner: '', same: false, settled: false });

const factsOf = (written: readonly KubeObject[], members: readonly Member[], more: object = {}): Facts => ({
  ...freshFacts,
  manifests: {
    manifests: written.map((each, index) => ({ object: each, where: { file: 'k8s/a.yaml', line: index * 5 + 1 } })),
    problems: [],
  } as unknown as Json,
  set: { members, before: [], recorded: true, claims: [], problems: [], ...more } as unknown as Json,
  'set-pods': [{ namespace: 'demo', selector: 'app=web' }],
});

const planFor = (name: keyof typeof operations, facts: Facts, options: object = {}): Plan => {
  const operation = operations[name] as unknown as Change;
  const parsed = parseOptions(operation, options);
  return decide(operation, name, { config: operation.configure?.(config, parsed) ?? config, facts, options: parsed });
};

const FILE = { file: 'k8s' };
const all = [settings, login, web];
const changes = [{ path: 'data.mode', from: 'loud', to: 'quiet' }];
const first = factsOf(all, all.map(absent), { recorded: false });
const noOp = factsOf(
  all,
  all.map(each => member(each)),
);
const changed = factsOf(all, [member(settings, { same: false, changes }), member(login), member(web)], {
  before: [{ ...settings, data: { mode: 'loud' } }, web],
  recorded: false,
});
const restarted = factsOf(all, [member(settings), member(login), member(web, { same: false, changes })], {
  before: [web],
});
const gone = (from: KubeObject) => member(from, { wanted: false });
const pruned = factsOf([settings], [member(settings), gone(web), gone(claim)], { recorded: false });
const made = {
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name: 'data-web-0', namespace: 'demo', uid: 'u1' },
};
const deleted = factsOf([], [gone(settings), gone(web), gone(claim)], { claims: [made] });

goldenPlans('kube', {
  'apply-first': planFor('kube apply', first, FILE),
  'apply-no-op': planFor('kube apply', noOp, FILE),
  'apply-change': planFor('kube apply', changed, FILE),
  'apply-restart': planFor('kube apply', restarted, FILE),
  'apply-prune': planFor('kube apply', pruned, FILE),
  'apply-cut-off': planFor('kube apply', factsOf([settings], [member(settings)], { recorded: false }), FILE),
  'apply-unsettled': planFor('kube apply', factsOf([web], [member(web, { settled: false })]), FILE),
  delete: planFor('kube delete', deleted, { name: 'k8s' }),
  'delete-data': planFor('kube delete', deleted, { name: 'k8s', data: true }),
  'delete-nothing': planFor('kube delete', factsOf([], []), { name: 'k8s' }),
  logs: planFor('kube logs', noOp, { name: 'k8s', follow: true }),
  'port-forward': planFor('kube port-forward', freshFacts),
  'port-forward-service': planFor('kube port-forward', freshFacts, { service: 'redis', to: '6379', port: 7000 }),
});

describe('a set is not applied', () => {
  test.for<[string, Facts, object, string]>([
    ['when it is empty', factsOf([], [gone(web)]), FILE, 'empty-set'],
    ['when nobody says of what', first, { name: 'k8s' }, 'usage'],
    [
      'over what is of another set',
      factsOf([web], [member(web, { owner: 'other', known: false })]),
      { ...FILE, adopt: true },
      'name-taken',
    ],
    ['over what is nobody’s', factsOf([web], [member(web, { owner: '', known: false })]), FILE, 'name-taken'],
    [
      'when the cluster would refuse it',
      factsOf([web], [absent(web)], { problems: [{ code: 'unknown-key', message: 'no' }] }),
      FILE,
      'unknown-key',
    ],
  ])('%s', ([, facts, options, code]) => {
    expect(() => planFor('kube apply', facts, options)).toThrow(
      expect.objectContaining({ problem: expect.objectContaining({ code }) }),
    );
  });

  test('but what is nobody’s can be adopted, and a label that was taken away is put back', () => {
    const free = member(web, { owner: '', same: false });
    expect(
      planFor('kube apply', factsOf([web], [{ ...free, known: false }]), { ...FILE, adopt: true }).steps,
    ).not.toEqual([]);
    expect(planFor('kube apply', factsOf([web], [free]), FILE).steps).not.toEqual([]);
  });
});

describe('delete', () => {
  test('takes only what has the label of the set', () => {
    const facts = factsOf(
      [],
      [gone(web), member(settings, { wanted: false, owner: 'other' }), member(login, { wanted: false, owner: '' })],
    );
    const what = planFor('kube delete', facts, { name: 'k8s' }).steps.flatMap(step =>
      step.changes.map(each => each.what),
    );
    expect(what).toEqual(['Deployment/web']);
  });

  test('asks for the name of the set', () => {
    const { confirm } = operations['kube delete'];
    expect(confirm?.(config, deleted, { name: 'k8s', data: false })?.word).toBe('k8s');
    expect(confirm?.(config, deleted, { data: true })).toEqual({
      word: 'demo',
      question: 'Type demo to delete it with its data',
    });
  });
});

describe('diff', () => {
  const ask = (facts: Facts): Answer => operations['kube diff'].answer(chooseSet(config, FILE), facts, FILE);

  test('tells what is made, changed and pruned, and what others have changed', () => {
    const drift = [{ path: 'data.mode', from: 'loud', to: 'quiet' }];
    const besides = [{ path: 'data.more', value: 'x', by: 'kubectl-edit' }];
    const facts = factsOf(
      [settings, login, web],
      [
        member(settings, { same: false, changes, drift }),
        member(login, { besides }),
        absent(web),
        gone(object('Service', 'old')),
      ],
    );
    const { ok, data } = ask(facts);
    expect(ok).toBe(false);
    expect(data).toEqual({
      set: 'k8s',
      context: 'prod',
      namespace: 'demo',
      objects: [
        { action: 'create', what: 'Deployment/web', where: 'k8s/a.yaml:11', fields: [] },
        {
          action: 'change',
          what: 'ConfigMap/settings',
          where: 'k8s/a.yaml:1',
          fields: [{ path: 'data.mode', from: 'loud', to: 'quiet', drift: true }],
        },
        { action: 'delete', what: 'Service/old', fields: [] },
        { action: 'keep', what: 'Secret/login', fields: [], besides },
      ],
    });
  });

  test('is well when nothing is to change', () => {
    expect(ask(noOp)).toMatchObject({ ok: true, data: { objects: [] } });
  });
});

test('port-forward wants to know the port of a container that is not the app’s', () => {
  expect(() => planFor('kube port-forward', freshFacts, { service: 'redis' })).toThrow('at which port');
});
