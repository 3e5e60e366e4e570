import type { Problem } from '../../../core/problem.ts';
import type { Knobs } from './knobs.ts';
import type { Container, Probe } from './objects.ts';
import { eachContainer, eventsOf, nameOf, type Signal, type Subject } from './row.ts';
import type { Sighting } from './sighting.ts';

/** It runs, it is asked, and it does not say that it is ready. */
export const notReady: Signal = sighting =>
  eachContainer(sighting, ({ pod, status, spec, isInit }) => {
    if (isInit || status.ready || !status.state?.running || !spec.readinessProbe) return undefined;
    return eventsOf(sighting, pod.metadata.uid).findLast(isProbeOf)?.message;
  }).map(subject => ({ ...subject, id: `${subject.id} ${subject.container?.status.containerID}` }));

const isProbeOf = ({ reason, message = '' }: { readonly reason?: string; readonly message?: string }): boolean =>
  reason === 'Unhealthy' && /^(Readiness|Startup) probe/.test(message);

/** The app answers, and knows no such path or port: no slow start looks like that. */
const IS_WRONG = /statuscode: (401|403|404|405)\b/;

/**
 * What the probes' own numbers give, and never less than the knob for an app that does not answer yet: the readiness
 * probe says how fast an app is taken out of traffic, which is no measure of how long it takes to start.
 */
export const waitForReadiness = (knobs: Knobs, { said, container }: Subject): number => {
  const own = windowOf(container as Container);
  return IS_WRONG.test(said) ? own : Math.max(own, knobs.readinessMs);
};

/** How long a container may take by its own numbers, in ms. */
export const windowOf = ({ spec }: Pick<Container, 'spec'>): number =>
  lengthOf(spec.startupProbe) + lengthOf(spec.readinessProbe);

const lengthOf = (probe: Probe | undefined): number => {
  if (!probe) return 0;
  const { initialDelaySeconds = 0, periodSeconds = 10, failureThreshold = 3 } = probe;
  return (initialDelaySeconds + periodSeconds * failureThreshold) * 1000;
};

/** The kubelet ends what has not answered its startup probe for as long as that probe says it may take. */
const IS_LATE = 'failed startup probe, will be restarted';

export const late: Signal = sighting =>
  eachContainer(sighting, ({ pod, status }) => {
    if (status.ready) return undefined;
    const events = eventsOf(sighting, pod.metadata.uid);
    const isOver = events.some(({ message = '' }) => message.includes(`${status.name} ${IS_LATE}`));
    return isOver ? (events.findLast(isProbeOf)?.message ?? IS_LATE) : undefined;
  });

export const notStarted = ({ said, container }: Subject): Problem => ({
  code: 'unhealthy',
  message: `Not healthy within ${lengthOf((container as Container).spec.startupProbe) / 1000} s`,
  because: said.trim(),
  fix: 'read the last lines below; give it more time when it only needs longer (health.within)',
});

export const unready = ({ said }: Subject, sighting: Sighting): Problem => ({
  code: 'unhealthy',
  message: `${nameOf(sighting)} runs, and does not become ready`,
  because: said.trim(),
  fix: 'correct the port and path of its readiness probe, or let it answer there',
});
