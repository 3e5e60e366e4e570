import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Kind } from '../../../src/clients/kube/rollout/kinds.ts';
import { selectorText } from '../../../src/clients/kube/rollout/list.ts';
import type { Pod, Workload, WorkloadStatus } from '../../../src/clients/kube/rollout/objects.ts';
import { progressLine } from '../../../src/clients/kube/rollout/progress.ts';
import { type ReadySince, readySince, settledAt } from '../../../src/clients/kube/rollout/settling.ts';
import { isDone, sightingOf } from '../../../src/clients/kube/rollout/sighting.ts';
import { type Change, seen, withContainer, withPod, withWorkload } from './recorded.ts';

const TEMPLATE = { metadata: { labels: { app: 'shop' } }, spec: { containers: [{ name: 'app', image: 'new' }] } };

const workload = (status: WorkloadStatus, spec: Partial<Workload['spec']> = {}): Workload => ({
  metadata: { name: 'shop', uid: 'w', generation: 2 },
  spec: { replicas: 2, template: TEMPLATE, ...spec },
  status: { observedGeneration: 2, ...status },
});

const revision = (uid: string, image: string) => ({
  metadata: { name: uid, uid, ownerReferences: [{ uid: 'w' }] },
  spec: {
    template: {
      metadata: { labels: { app: 'shop', 'pod-template-hash': uid } },
      spec: { containers: [{ name: 'app', image }] },
    },
  },
});

const pod = (name: string, owner: string, ready: boolean, hash = 'new'): Pod => ({
  metadata: { name, uid: name, ownerReferences: [{ uid: owner }], labels: { 'controller-revision-hash': hash } },
  spec: { containers: [{ name: 'app' }] },
  status: { phase: 'Running', conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
});

const done = (kind: Kind, object: Workload, pods: readonly Pod[]): boolean =>
  isDone(sightingOf(kind, { workload: object, revisions: [revision('old', 'old'), revision('new', 'new')], pods }, 0));

const ALL: WorkloadStatus = { replicas: 2, updatedReplicas: 2, readyReplicas: 2, availableReplicas: 2 };
const BOTH = [pod('a', 'new', true), pod('b', 'new', true)];

describe('a Deployment is done', () => {
  test('when all the counts and the pods themselves say so', () =>
    expect(done('Deployment', workload(ALL), BOTH)).toBe(true));

  test.each([
    ['the controller has not seen the change', { ...ALL, observedGeneration: 1 }],
    ['an old pod is left', { ...ALL, replicas: 3 }],
    ['one is not new', { ...ALL, updatedReplicas: 1 }],
    ['one is not ready', { ...ALL, readyReplicas: 1 }],
    ['one has not been ready for long enough', { ...ALL, availableReplicas: 1 }],
    ['nothing is there', {}],
  ])('not when %s', (_, status) => expect(done('Deployment', workload(status), BOTH)).toBe(false));

  test('not when the counts run ahead of the pods', () => {
    expect(done('Deployment', workload(ALL), [pod('a', 'new', true), pod('b', 'new', false)])).toBe(false);
    expect(done('Deployment', workload(ALL), [pod('a', 'new', true), pod('b', 'old', true)])).toBe(false);
  });

  test('with no replicas, when none is wanted', () => {
    expect(done('Deployment', workload({}, { replicas: 0 }), [])).toBe(true);
    expect(done('Deployment', workload({ replicas: 1 }, { replicas: 0 }), [])).toBe(false);
  });

  test('never with any count that is not the wanted one', () => {
    const count = fc.integer({ min: 0, max: 4 });
    const counts = fc.record({
      replicas: count,
      updatedReplicas: count,
      readyReplicas: count,
      availableReplicas: count,
    });
    fc.assert(
      fc.property(counts, status => {
        expect(done('Deployment', workload(status), BOTH)).toBe(Object.values(status).every(each => each === 2));
      }),
    );
  });
});

describe('the others are done', () => {
  const STATEFUL: WorkloadStatus = { ...ALL, updateRevision: 'new', currentRevision: 'new' };
  const ours = (hash: string, ready = true) => [pod('shop-0', 'w', ready), pod('shop-1', 'w', ready, hash)];

  test('a StatefulSet, when each of its pods is of the wanted revision', () => {
    expect(done('StatefulSet', workload(STATEFUL), ours('new'))).toBe(true);
    expect(done('StatefulSet', workload(STATEFUL), ours('old'))).toBe(false);
    expect(done('StatefulSet', workload({ ...STATEFUL, updatedReplicas: 1 }), ours('new'))).toBe(false);
    expect(done('StatefulSet', workload({ ...STATEFUL, observedGeneration: 1 }), ours('new'))).toBe(false);
  });

  test('a StatefulSet with a partition, when those above it are new', () => {
    const part = { updateStrategy: { rollingUpdate: { partition: 1 } } };
    expect(done('StatefulSet', workload({ ...STATEFUL, updatedReplicas: 1 }, part), ours('old'))).toBe(true);
    expect(done('StatefulSet', workload({ ...STATEFUL, updatedReplicas: 0 }, part), ours('old'))).toBe(false);
  });

  test('a DaemonSet, when each machine has a new one that is available', () => {
    const counts = { desiredNumberScheduled: 2, updatedNumberScheduled: 2, numberReady: 2, numberAvailable: 2 };
    const revisions = [1, 2].map(number => ({
      revision: number,
      metadata: {
        name: `r${number}`,
        uid: `r${number}`,
        ownerReferences: [{ uid: 'w' }],
        labels: { 'controller-revision-hash': number === 2 ? 'new' : 'old' },
      },
    }));
    const isOver = (status: WorkloadStatus, hash = 'new') =>
      isDone(sightingOf('DaemonSet', { workload: workload(status), revisions, pods: ours(hash) }, 0));
    expect(isOver(counts)).toBe(true);
    expect(isOver(counts, 'old')).toBe(false);
    for (const key of Object.keys(counts).slice(1)) expect(isOver({ ...counts, [key]: 1 })).toBe(false);
  });

  test('a Job, when it says so', () => {
    expect(isDone(seen('good-job'))).toBe(true);
    expect(isDone(seen('bad-job'))).toBe(false);
  });

  test('and so it was on a real cluster', () => {
    expect(['good', 'slow'].map(name => isDone(seen(name)))).toEqual([true, true]);
    expect(['crash', 'unbound', 'ds'].map(name => isDone(seen(name)))).toEqual([false, false, false]);
  });
});

describe('the line of progress says', () => {
  const state = (change: object): Change => withContainer(status => ({ ...status, lastState: {}, state: change }));
  test.each<[string, string, Change]>([
    ['unschedulable', 'waits for a machine', listed => listed],
    ['missing-image', 'cannot pull its image', listed => listed],
    ['missing-secret', 'cannot be made', listed => listed],
    ['wrong-port', 'runs, and is not ready yet', listed => listed],
    ['slow-init', 'init container migrate: runs', listed => listed],
    ['wrong-port', 'is being made', state({ waiting: { reason: 'ContainerCreating' } })],
  ])('of %s: %s', (name, words, change) => {
    const { pods } = seen(name);
    expect(progressLine(seen(name, 0, change))).toBe(`0 of 1 new pods ready; ${pods[0]?.metadata.name} ${words}`);
  });

  test('how one has ended, and how often', () =>
    expect(progressLine(seen('crash'))).toMatch(/ended with exit code 3: Error: no database, started again \d+×$/));

  test('what is left of the old', () => {
    const ready = withPod(each => ({
      ...each,
      status: { ...each.status, conditions: [{ type: 'Ready', status: 'True' }] },
    }));
    const three = withWorkload(object => ({ ...object, spec: { ...object.spec, replicas: 3 } }));
    const old: Change = listed => ({ ...three(ready(listed)), pods: [...ready(listed).pods, pod('old', 'old', true)] });
    expect(progressLine(seen('crash', 0, old))).toBe('1 of 3 new pods ready; 1 old pod to go');
  });
});

describe('a pod that nothing asks whether it is ready', () => {
  const NOW = Date.parse('2030-01-01T00:00:10Z');
  const running = (containerID: string, startedAt: string): Pod => ({
    ...pod('a', 'new', true),
    status: {
      conditions: [{ type: 'Ready', status: 'True' }],
      containerStatuses: [
        { name: 'app', containerID, ready: true, restartCount: 0, state: { running: { startedAt } } },
      ],
    },
  });
  const young = running('one', '2030-01-01T00:00:09Z');
  const settle = (each: Pod, at: number, since: ReadySince = new Map(), spec = {}) =>
    settledAt(workload(ALL, spec), [each], since, { settleMs: 3_000, at, now: NOW });

  test('has to stay ready for a while', () => {
    const since = readySince(new Map(), [young], 500);
    expect(settle(young, 500, since)).toBe(3_500);
    expect(settle(young, 2_000, readySince(since, [young], 2_000))).toBe(3_500);
  });

  test('and begins anew each time that it is started', () => {
    const again = running('two', '2030-01-01T00:00:09Z');
    expect(settle(again, 2_000, readySince(readySince(new Map(), [young], 500), [again], 2_000))).toBe(5_000);
  });

  test('but not when it has run for long, is probed, or has a least time to be ready', () => {
    expect(settle(running('one', '2030-01-01T00:00:04Z'), 0)).toBe(0);
    expect(settle({ ...young, spec: { containers: [{ name: 'app', readinessProbe: {} }] } }, 0)).toBe(0);
    expect(settle(young, 0, new Map(), { minReadySeconds: 5 })).toBe(0);
  });

  test('is not believed before', () => {
    const sighting = { ...seen('good', 1_000), settledAt: 1_001 };
    expect(isDone(sighting)).toBe(false);
    expect(isDone({ ...sighting, at: 1_001 })).toBe(true);
  });
});

test('a selector is written as the API reads it', () => {
  const matchExpressions = [
    { key: 'tier', operator: 'In', values: ['a', 'b'] },
    { key: 'x', operator: 'NotIn', values: ['c'] },
    { key: 'y', operator: 'Exists' },
    { key: 'z', operator: 'DoesNotExist' },
  ];
  expect(selectorText({ matchLabels: { app: 'shop' }, matchExpressions })).toBe(
    'app=shop,tier in (a,b),x notin (c),y,!z',
  );
});
