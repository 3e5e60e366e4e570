import type { Problem } from '../../../core/problem.ts';
import type { Knobs } from './knobs.ts';
import type { Container, Pod } from './objects.ts';
import { containersOf } from './objects.ts';
import type { Sighting } from './sighting.ts';

/** What a row has found: one container, pod, claim or the workload itself, and what is said about it. */
export interface Subject {
  /** The same as long as it is the same trouble: time is counted from when it was first seen. */
  readonly id: string;
  /** In the words of the cluster. */
  readonly said: string;
  readonly pod?: Pod;
  readonly container?: Container;
  /** Another object that `kubectl describe` tells about: `pvc data-0`. Default: the pod, else the workload. */
  readonly object?: string;
}

/** One row of the classifier. Pure. */
export interface Row {
  readonly name: string;
  readonly signal: (sighting: Sighting, knobs: Knobs) => readonly Subject[];
  /** How long it has to be seen without a break before it is fatal, in ms. 0: now. */
  readonly wait: (knobs: Knobs, subject: Subject, sighting: Sighting) => number;
  readonly verdict: (subject: Subject, sighting: Sighting) => Problem;
  /** What shows it: the log of the container, or what `kubectl describe` says of the object. */
  readonly evidence: 'log' | 'events';
  /** It only says that time is up: `now`, and what else is wrong is the better headline; or `last`, when nothing else is. */
  readonly isGeneral?: 'now' | 'last';
  /** Not told while it is waited for: most of the time it passes. */
  readonly isQuiet?: true;
}

export type Signal = Row['signal'];

export const eachContainer = (
  { pods }: Sighting,
  find: (container: Container) => string | undefined,
): readonly Subject[] =>
  pods.flatMap(containersOf).flatMap(container => {
    const { pod, status } = container;
    const said = find(container);
    return said === undefined ? [] : [{ id: keyOf(pod, status.name), said, pod, container }];
  });

/** As `logs` of a sighting name it. */
export const keyOf = (pod: Pod, container: string): string => `${pod.metadata.name}/${container}`;

/** `Deployment shop` */
export const nameOf = ({ kind, workload }: Sighting): string => `${kind} ${workload.metadata.name}`;

/** All that is said about a pod, the latest last. */
export const eventsOf = ({ events }: Sighting, uid: string | undefined) =>
  events.filter(({ involvedObject }) => uid !== undefined && involvedObject.uid === uid);
