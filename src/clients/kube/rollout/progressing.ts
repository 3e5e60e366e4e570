import { canonical } from '../../../core/json.ts';
import type { Problem } from '../../../core/problem.ts';
import { windowOf } from './becoming-ready.ts';
import { ended } from './ending.ts';
import { isObserved } from './kinds.ts';
import type { Knobs } from './knobs.ts';
import { asJson, type Container, conditionOf, containersOf, endOf } from './objects.ts';
import { nameOf, type Signal, type Subject } from './row.ts';
import type { Sighting } from './sighting.ts';

export const jobFailed: Signal = sighting => {
  const failed = conditionOf(sighting.workload, 'Failed');
  if (sighting.kind !== 'Job' || failed?.status !== 'True') return [];
  const container = lastFailed(sighting);
  return [
    {
      id: sighting.workload.metadata.uid,
      said: failed.message ?? failed.reason ?? '',
      ...(container && { pod: container.pod, container }),
    },
  ];
};

const lastFailed = ({ pods }: Sighting): Container | undefined =>
  [...pods]
    .sort((a, b) => ((a.metadata.creationTimestamp ?? '') < (b.metadata.creationTimestamp ?? '') ? -1 : 1))
    .flatMap(containersOf)
    .findLast(({ status }) => (endOf(status)?.exitCode ?? 0) !== 0);

/** The pods of a Job that ran out of time are gone, and their logs with them. */
export const failedJob = ({ said, container }: Subject, sighting: Sighting): Problem => {
  const { metadata } = sighting.workload;
  const how = container && ended(container, sighting);
  const ending = how?.message.split(', ').at(-1);
  return {
    code: 'rollout-failed',
    message: `The job ${metadata.name} fails${ending === undefined ? '' : `, ${ending}`}`,
    because: how?.because ?? said,
    ...(how?.lines && { lines: how.lines }),
    fix: how ? 'read its last lines, then deploy again' : 'give it more time (activeDeadlineSeconds), or less to do',
  };
};

/** It names its ReplicaSet: what the release before has missed stays there until the next one gets on. */
export const deadline: Signal = ({ workload, revision }) => {
  const { reason, message = '' } = conditionOf(workload, 'Progressing') ?? {};
  const isOver = isObserved(workload) && reason === 'ProgressDeadlineExceeded';
  const isOfOther = revision !== undefined && !message.includes(`"${revision.metadata.name}"`);
  return isOver && !isOfOther ? [{ id: workload.metadata.uid, said: message }] : [];
};

export const tooSlow = ({ said }: Subject, sighting: Sighting): Problem => ({
  code: 'rollout-failed',
  message: `${nameOf(sighting)} makes no progress`,
  because: said,
  fix: 'read what its pods say, or raise progressDeadlineSeconds when it only needs longer',
});

/** As long as the workload and its pods look the same, it is the same silence. A Job works in silence. */
export const silence: Signal = ({ kind, workload, pods }) =>
  kind === 'Job'
    ? []
    : [
        {
          id: canonical(asJson([workload.metadata.generation, workload.status, pods.map(pod => pod.status)])),
          said: '',
        },
      ];

/** Silence is expected as long as a probe, the least time to be ready, or the end of an old pod may take. */
export const waitForActivity = ({ idleMs }: Knobs, _: Subject, { pods, workload }: Sighting): number => {
  const probes = pods.flatMap(containersOf).map(windowOf);
  const grace = pods.map(({ spec }) => (spec.terminationGracePeriodSeconds ?? 30) * 1000);
  return Math.max(idleMs, (workload.spec.minReadySeconds ?? 0) * 1000, ...probes, ...grace);
};

export const idle = (_: Subject, sighting: Sighting): Problem => ({
  code: 'rollout-failed',
  message: `${nameOf(sighting)} does not move any more`,
  because: 'nothing about it or its pods has changed for minutes',
  fix: 'see that the controllers of the cluster run: kubectl get --raw /readyz?verbose',
});
