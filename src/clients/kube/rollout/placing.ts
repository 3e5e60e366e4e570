import type { Problem } from '../../../core/problem.ts';
import type { Knobs } from './knobs.ts';
import { conditionOf } from './objects.ts';
import { eventsOf, nameOf, type Signal, type Subject } from './row.ts';
import type { Sighting } from './sighting.ts';
import { missingObject } from './starting.ts';

/** Claims of the pods that have no volume, and what is said about it. */
const claims =
  (when: (said: string) => boolean): Signal =>
  sighting =>
    sighting.claims.flatMap(({ metadata, status }) => {
      const event = eventsOf(sighting, metadata.uid).findLast(
        ({ type, reason }) => type === 'Warning' || reason === 'FailedBinding',
      );
      const said = event?.message;
      return status?.phase === 'Pending' && said !== undefined && when(said)
        ? [{ id: metadata.name, said, object: `pvc ${metadata.name}` }]
        : [];
    });

const CLASS = /storageclass\.storage\.k8s\.io "([^"]+)" not found/;

export const storageClass: Signal = claims(said => CLASS.test(said));
export const unbound: Signal = claims(said => !CLASS.test(said));

export const noClass = ({ id, said }: Subject): Problem => ({
  code: 'unschedulable',
  because: said,
  message: `There is no StorageClass ${CLASS.exec(said)?.[1]}, which the volume ${id} asks for`,
  fix: 'name one that kubectl get storageclass shows, or none for the default',
});

export const noVolume = ({ id, said }: Subject): Problem => ({
  code: 'unschedulable',
  message: `The volume ${id} cannot be made`,
  because: said,
  fix: 'correct what it names: kubectl describe pvc says more',
});

const SOURCE = /(secret|configmap) "([^"]+)" not found/;

/** A volume that is made from a Secret or ConfigMap which is not there (yet). */
export const volumeSource: Signal = sighting =>
  sighting.pods.flatMap(pod => {
    const event = eventsOf(sighting, pod.metadata.uid).findLast(({ reason }) => reason === 'FailedMount');
    const isWaiting = pod.status?.phase === 'Pending' && event?.message !== undefined;
    return isWaiting && SOURCE.test(event.message) ? [{ id: pod.metadata.name, said: event.message, pod }] : [];
  });

export const noSource = ({ said }: Subject, sighting: Sighting): Problem => {
  const [, kind = '', object = ''] = SOURCE.exec(said) ?? [];
  const name = kind === 'secret' ? 'Secret' : 'ConfigMap';
  return { code: 'rollout-failed', because: said, ...missingObject(name, object, `a volume of ${nameOf(sighting)}`) };
};

export const noNode: Signal = ({ pods }) =>
  pods.flatMap(pod => {
    const scheduled = conditionOf(pod, 'PodScheduled');
    const isStuck = scheduled?.status === 'False' && scheduled.reason === 'Unschedulable';
    return isStuck ? [{ id: pod.metadata.name, said: scheduled.message ?? '', pod }] : [];
  });

/** When somebody makes room, by adding a machine, that takes minutes. */
export const waitForNode = (knobs: Knobs, { pod }: Subject, sighting: Sighting): number => {
  const scales = eventsOf(sighting, pod?.metadata.uid).some(({ reason }) => reason === 'TriggeredScaleUp');
  return scales || isAutopilot(sighting) ? knobs.autoscaleMs : knobs.unschedulableMs;
};

/** GKE Autopilot leaves its mark on every workload that it admits. */
const isAutopilot = ({ workload }: Sighting): boolean =>
  Object.keys(workload.metadata.annotations ?? {}).some(key => key.startsWith('autopilot.gke.io/'));

const CLAIM = /persistentvolumeclaim "([^"]+)" not found/;

export const unschedulable = ({ said }: Subject, sighting: Sighting): Problem => {
  const because = said.replace(/\.? ?(no new claims to deallocate,|preemption:|not found$).*$/s, '');
  const claim = CLAIM.exec(said)?.[1];
  if (claim !== undefined)
    return { code: 'unschedulable', because: said, ...missingObject('PersistentVolumeClaim', claim, nameOf(sighting)) };
  return {
    code: 'unschedulable',
    message: `No node takes the pods of ${nameOf(sighting)}`,
    because,
    fix: /Insufficient/.test(said)
      ? 'ask for less (resources.requests), or give the cluster another node'
      : 'correct what it names, or give the cluster a node that fits',
  };
};
