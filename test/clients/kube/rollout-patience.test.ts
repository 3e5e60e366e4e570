import { describe, expect, test } from 'vitest';
import { causeOfPull } from '../../../src/clients/kube/rollout/pulling.ts';
import { type Change, failure, judged, seen, withContainer, withoutEvents, withPod, withWorkload } from './recorded.ts';

const waiting = (reason: string, message: string): Change =>
  withContainer(status => ({ ...status, state: { waiting: { reason, message } } }));

const saying =
  (reason: string, message: string): Change =>
  listed => ({
    ...listed,
    events: listed.pods.map(({ metadata }) => ({
      involvedObject: { uid: metadata.uid },
      type: 'Warning',
      reason,
      message,
      lastTimestamp: '2030-01-01T00:00:00Z',
      metadata: {},
    })),
  });

const both =
  (...changes: readonly Change[]): Change =>
  listed =>
    changes.reduce((changed, change) => change(changed), listed);

describe('a pull that fails', () => {
  const image = 'registry.example/not-found/denied:401';
  test.each([
    ['passing', 'unexpected status from HEAD request to https://r/v2/x: 503 Service Unavailable'],
    ['passing', '429 Too Many Requests - toomanyrequests: You have reached your unauthenticated pull rate limit'],
    ['passing', 'dial tcp: lookup r on 10.0.0.1:53: no such host'],
    ['passing', 'net/http: TLS handshake timeout'],
    ['passing', 'tls: failed to verify certificate: x509: certificate has expired'],
    ['passing', `failed to copy "${image}": httpReadSeeker: unexpected EOF`],
    ['passing', `Back-off pulling image "${image}"`],
    ['passing', 'something that nobody has heard of'],
    ['refused', 'pull access denied, repository does not exist or may require authorization: insufficient_scope'],
    ['refused', 'failed to authorize: failed to fetch oauth token: 403 Forbidden'],
    ['missing', `${image}: not found`],
    ['missing', 'manifest unknown: manifest unknown'],
    ['platform', 'no match for platform in manifest: not found'],
  ])('is %s: %s', (cause, said) => expect(causeOfPull(said, image)).toBe(cause));

  test('and passes is forgotten: the next one has all its time again', () => {
    const recovered = seen('good', 60_000);
    const again = judged(seen('dead-registry', 0), recovered, seen('dead-registry', 61_000));
    expect(again.failed).toBeUndefined();
    expect(again.pending[0]).toMatchObject({ since: 61_000, due: 181_000 });
  });

  test('keeps its class while the kubelet backs off, by what it said before', () => {
    const backOff = waiting('ImagePullBackOff', 'Back-off pulling image "registry.example/busybox:no-such"');
    expect(failure('missing-image', backOff)?.row).toBe('no-image');
    expect(failure('missing-image', both(backOff, withoutEvents))).toMatchObject({
      row: 'pull-passing',
      after: 120_000,
    });
    const own = waiting('ImagePullBackOff', 'Back-off pulling image "x": ErrImagePull: x: not found');
    expect(failure('missing-image', both(own, withoutEvents))?.row).toBe('no-image');
  });

  test('is told while it is waited for, once it is worth a line', () => {
    expect(judged(seen('dead-registry')).warnings).toEqual([
      expect.stringMatching(/^The image dead\.example\/scout:1 cannot be pulled: .*; this may pass, and gets 120 s$/),
    ]);
    expect(judged(seen('missing-image')).warnings).toEqual([]);
  });
});

test('an image for another platform is told as that', () => {
  const other = waiting('ErrImagePull', 'no match for platform in manifest sha256:0: not found');
  expect(failure('missing-image', other)).toMatchObject({
    row: 'platform',
    after: 1000,
    problem: { message: 'The image registry.example/busybox:no-such is not made for the machines of this cluster' },
  });
});

test('a volume that cannot be made may pass as long as a node may come', () => {
  const full: Change = listed => ({
    ...listed,
    events: (listed.events ?? []).map(event => ({
      ...event,
      message: (event.message ?? '').replace(/^storageclass.*/, 'disk quota'),
    })),
  });
  expect(failure('unbound', full)).toMatchObject({ row: 'no-volume', after: 60_000 });
});

describe('a container that ends', () => {
  const restarted = (restartCount: number): Change => withContainer(status => ({ ...status, restartCount }));

  test('once or twice is no crash loop yet', () => {
    expect(failure('crash', restarted(1))?.row).toBe('idle');
    expect(failure('crash', restarted(2))?.row).toBe('crash');
  });

  test('and runs again is given the chance', () => {
    const running = withContainer(status => ({ ...status, restartCount: 5, state: { running: {} } }));
    expect(failure('crash', running)?.row).toBe('idle');
  });

  test('and whose log says exec format error is not started twice for it', () => {
    expect(failure('arch', restarted(0))).toMatchObject({ row: 'exec-format', after: 1000 });
  });

  test('in a Job is counted by the Job itself', () => {
    const trying = withWorkload(({ status: _, ...job }) => job);
    expect(failure('bad-job', both(trying, restarted(5)))).toBeUndefined();
  });

  test('with a signal is told by its name', () => {
    const killed = withContainer(status => ({
      ...status,
      state: { terminated: { exitCode: 139, reason: 'Error' } },
    }));
    expect(failure('crash', killed)?.problem.message).toBe('The release crashes at start, signal SIGSEGV');
  });

  test('and cannot be started at all: twice, but for 128, which stands for what passes as well', () => {
    const cannot = (exitCode: number): Change =>
      withContainer(status => ({
        ...status,
        restartCount: 0,
        state: { terminated: { exitCode, reason: 'ContainerCannotRun', message: 'no such file' } },
      }));
    expect(failure('no-command', cannot(127))).toMatchObject({ row: 'cannot-start', after: 1000 });
    expect(failure('no-command', cannot(128))?.row).toBe('idle');
  });
});

describe('what is not there', () => {
  test('because a cache is late is waited for', () => {
    const late = waiting(
      'CreateContainerConfigError',
      'failed to sync secret cache: timed out waiting for the condition',
    );
    expect(failure('missing-secret', late)?.row).toBe('idle');
  });

  test('is a key of a Secret', () => {
    const key = waiting('CreateContainerConfigError', "couldn't find key url in Secret shop/database");
    expect(failure('missing-secret', key)?.problem.message).toBe(
      'The Secret database has no key url, which the container app needs',
    );
  });
});

describe('no pod', () => {
  const refusedWith =
    (message: string): Change =>
    listed => ({
      ...listed,
      revisions: (listed.revisions ?? []).map(each => ({
        ...each,
        status: { conditions: [{ type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message }] },
      })),
    });

  test.each([
    [
      `pods "x" is forbidden: ValidatingAdmissionPolicy 'no-busybox' with binding 'all' denied request: not here`,
      'The admission policy no-busybox does not admit the pods of Deployment quota',
      'not here',
    ],
    [
      'admission webhook "images.example.com" denied the request: not signed',
      'The admission webhook images.example.com does not admit the pods of Deployment quota',
      'not signed',
    ],
    [
      'pods "x" is forbidden: no room here',
      'The cluster makes no pod for Deployment quota',
      'pods "x" is forbidden: no room here',
    ],
  ])('as %s', (said, message, because) => {
    expect(failure('quota', refusedWith(said))).toMatchObject({
      after: 0,
      problem: { code: 'not-admitted', message, because },
    });
  });

  test('because a webhook does not answer may pass', () => {
    const said = 'Internal error occurred: failed calling webhook "x": connection refused';
    expect(failure('quota', refusedWith(said))).toMatchObject({ row: 'no-pod', after: 120_000 });
  });

  test('for lack of quota may pass while old pods make room, and only then', () => {
    const old: Change = listed => ({
      ...listed,
      pods: [{ metadata: { name: 'old', uid: 'old' }, spec: { containers: [] } }],
    });
    const unavailable = (maxUnavailable: number) =>
      withWorkload(workload => ({
        ...workload,
        spec: { ...workload.spec, strategy: { rollingUpdate: { maxUnavailable } } },
      }));
    expect(failure('quota', both(old, unavailable(1)))).toMatchObject({ row: 'quota-full', after: 120_000 });
    expect(failure('quota', both(old, unavailable(0)))).toMatchObject({ row: 'not-admitted', after: 0 });
    const leaving: Change = listed => ({
      ...listed,
      pods: [{ metadata: { name: 'old', uid: 'old', deletionTimestamp: 'now' }, spec: { containers: [] } }],
    });
    expect(failure('quota', both(leaving, unavailable(0)))).toMatchObject({ row: 'quota-full', after: 120_000 });
  });

  test('is no news when it was said about the spec of before', () => {
    const changed = withWorkload(workload => ({
      ...workload,
      metadata: { ...workload.metadata, managedFields: [{ time: '2030-01-01T00:00:00Z' }] },
    }));
    expect(failure('quota-sts', changed)?.row).toBe('idle');
  });
});

describe('no node', () => {
  test('gets more time when somebody adds one', () => {
    const scaling = saying('TriggeredScaleUp', 'pod triggered scale-up');
    expect(failure('unschedulable', both(withoutEvents, scaling))).toMatchObject({ row: 'no-node', after: 360_000 });
    expect(judged(seen('unschedulable', 0, scaling)).pending[0]?.due).toBe(360_000);
    const autopilot = withWorkload(workload => ({
      ...workload,
      metadata: { ...workload.metadata, annotations: { 'autopilot.gke.io/resource-adjustment': '{}' } },
    }));
    expect(judged(seen('unschedulable', 0, autopilot)).pending[0]?.due).toBe(360_000);
  });
});

describe('an app that is not ready', () => {
  const probes = (startup: number, readiness: number): Change =>
    withPod(pod => ({
      ...pod,
      spec: {
        ...pod.spec,
        containers: pod.spec.containers.map(container => ({
          ...container,
          startupProbe: { periodSeconds: 1, failureThreshold: startup },
          readinessProbe: { initialDelaySeconds: 5, periodSeconds: 1, failureThreshold: readiness },
        })),
      },
    }));
  const answers = (status: number) =>
    saying('Unhealthy', `Readiness probe failed: HTTP probe failed with statuscode: ${status}`);

  test('gets what its own probes give, and a minute at least', () => {
    expect(failure('wrong-port', probes(90, 10))?.after).toBe(105_000);
    expect(failure('wrong-port', probes(5, 10))?.after).toBe(60_000);
    expect(failure('wrong-port', both(probes(5, 10), answers(503)))?.after).toBe(60_000);
  });

  test('gets only that when it answers that there is no such path: no slow start says so', () => {
    expect(failure('wrong-port', both(probes(5, 10), answers(404)))?.after).toBe(20_000);
  });

  test('has had its time when the kubelet ends it for its startup probe', () => {
    const ended = saying('Killing', 'Container app failed startup probe, will be restarted');
    expect(failure('wrong-port', both(probes(5, 10), ended))).toMatchObject({
      row: 'late',
      after: 0,
      problem: { code: 'unhealthy', message: 'Not healthy within 5 s' },
    });
  });

  test('and starts anew has all its time again', () => {
    const anew = withContainer(status => ({ ...status, containerID: 'another' }));
    expect(
      judged(seen('wrong-port', 0), seen('wrong-port', 59_000, anew), seen('wrong-port', 61_000, anew)).failed,
    ).toBeUndefined();
  });

  test('without a word from the kubelet is not called a failure', () => {
    expect(failure('wrong-port', withoutEvents)).toMatchObject({ row: 'idle', after: 240_000 });
  });
});

describe('silence', () => {
  test('is counted from the last change', () => {
    const changed = withContainer(status => ({ ...status, started: false }));
    const quiet = judged(seen('slow', 0), seen('slow', 200_000, changed), seen('slow', 300_000, changed));
    expect(quiet.failed).toBeUndefined();
    expect(judged(seen('slow', 0, changed), seen('slow', 240_000, changed)).failed?.row.name).toBe('idle');
  });

  test('of a Job is no failure', () => expect(failure('good-job')).toBeUndefined());

  test('may last as long as a probe gives', () => {
    const long = withPod(pod => ({
      ...pod,
      spec: { ...pod.spec, containers: [{ name: 'app', startupProbe: { periodSeconds: 10, failureThreshold: 60 } }] },
    }));
    expect(failure('slow', long)?.after).toBe(600_000);
  });
});

describe('a missed deadline', () => {
  const missed = (replicaSet: string): Change =>
    withWorkload(workload => ({
      ...workload,
      status: {
        ...workload.status,
        conditions: [
          {
            type: 'Progressing',
            status: 'False',
            reason: 'ProgressDeadlineExceeded',
            message: `ReplicaSet "${replicaSet}" has timed out progressing.`,
          },
        ],
      },
    }));

  test('counts for the ReplicaSet that it names only', () => {
    const own = seen('good').revision?.metadata.name ?? '';
    expect(failure('good', missed(own))).toMatchObject({ row: 'deadline', after: 0 });
    expect(failure('good', missed('good-of-before'))?.row).toBe('idle');
  });
});

describe('old pods', () => {
  test('may fail as they like', () => {
    const old = withPod(pod => ({ ...pod, metadata: { ...pod.metadata, ownerReferences: [{ uid: 'another' }] } }));
    expect(failure('crash', old)?.row).toBe('idle');
    const older = withPod(pod => ({
      ...pod,
      metadata: { ...pod.metadata, labels: { 'controller-revision-hash': 'old' } },
    }));
    expect(failure('sts-crash', older)?.row).toBe('idle');
    expect(failure('ds', older)?.row).toBe('idle');
  });

  test('and pods that go away or were evicted do not count', () => {
    const going = withPod(pod => ({
      ...pod,
      metadata: { ...pod.metadata, deletionTimestamp: '2030-01-01T00:00:00Z' },
    }));
    expect(failure('crash', going)?.row).toBe('idle');
    const evicted = withPod(pod => ({ ...pod, status: { ...pod.status, phase: 'Failed' } }));
    expect(failure('crash', evicted)?.row).toBe('idle');
  });
});
