import { constants } from 'node:os';
import { causeIn, crashProblem } from '../../../core/crash.ts';
import type { Problem } from '../../../core/problem.ts';
import type { Knobs } from './knobs.ts';
import { type Container, type Ended, endOf } from './objects.ts';
import { eachContainer, eventsOf, keyOf, type Signal, type Subject } from './row.ts';
import type { Sighting } from './sighting.ts';

/** It has ended, was started again, and has ended again, so often that it is no accident. */
const isCrashing = ({ status }: Container, { restarts }: Knobs): boolean => {
  const { terminated, waiting } = status.state ?? {};
  const isDown = terminated !== undefined || waiting !== undefined;
  return isDown && status.restartCount >= restarts && endOf(status) !== undefined;
};

/** A Job counts by itself how often its pods may fail. */
const crashes =
  (find: (container: Container, sighting: Sighting) => string | undefined): Signal =>
  (sighting, knobs) =>
    sighting.kind === 'Job'
      ? []
      : eachContainer(sighting, container => (isCrashing(container, knobs) ? find(container, sighting) : undefined));

const isOutOfMemory = ({ status }: Container): boolean => endOf(status)?.reason === 'OOMKilled';

export const memory: Signal = crashes(container => (isOutOfMemory(container) ? 'OOMKilled' : undefined));

/** The kubelet ends what stops to answer: `Container app failed liveness probe, will be restarted`. */
export const killed: Signal = crashes(({ pod, status }, sighting) => {
  const said = eventsOf(sighting, pod.metadata.uid);
  const kill = said.findLast(({ message }) => message?.includes(`Container ${status.name} failed liveness probe`));
  return kill && (said.findLast(({ message }) => message?.startsWith('Liveness probe'))?.message ?? kill.message);
});

export const crash: Signal = crashes(({ status }) => `exit code ${endOf(status)?.exitCode}`);

const logOf = (container: Container, { logs }: Sighting): readonly string[] =>
  logs[keyOf(container.pod, container.status.name)] ?? [];

const SIGNALS: ReadonlyMap<number, string> = new Map(
  Object.entries(constants.signals).map(([name, number]) => [number, name]),
);

/** A shell's way to say it: 128 and the signal. */
const signalOf = ({ exitCode, signal }: Ended): string | null =>
  SIGNALS.get(signal || (exitCode > 128 && exitCode < 160 ? exitCode - 128 : 0)) ?? null;

/** How a container that ended is told: in a Deployment, a Job or as an init container. */
export const ended = (container: Container, sighting: Sighting): Problem => {
  const end = endOf(container.status) ?? { exitCode: 0 };
  const lines = logOf(container, sighting);
  const signal = signalOf(end);
  const told = crashProblem({ release: '', at: '', exitCode: end.exitCode, signal, lines });
  const { message: own } = end;
  return {
    ...told,
    ...(told.because === undefined && own !== undefined && { because: own.trim().split('\n').at(-1) ?? own }),
    ...(container.isInit && { message: told.message.replace('The release crashes at start', initName(container)) }),
    fix: end.exitCode === 0 ? 'let its command stay in the foreground' : 'read its last lines, then deploy again',
  };
};

const initName = ({ status }: Container): string => `The init container ${status.name} fails`;

export const crashed = ({ container }: Subject, sighting: Sighting): Problem => ended(container as Container, sighting);

export const outOfMemory = ({ container }: Subject, sighting: Sighting): Problem => {
  const { spec, status } = container as Container;
  const limit = spec.resources?.limits?.memory;
  const lines = logOf(container as Container, sighting);
  const last = causeIn(lines);
  return {
    code: 'crash-at-start',
    message: `The container ${status.name} runs out of memory${limit === undefined ? '' : ` at its limit of ${limit}`}`,
    because: last === undefined ? 'the kernel ends it: OOMKilled' : `the kernel ends it after: ${last}`,
    lines,
    fix: 'raise its memory limit (resources.limits.memory), or let it need less',
  };
};

export const killedByProbe = ({ said, container }: Subject, sighting: Sighting): Problem => ({
  code: 'unhealthy',
  message: `The container ${container?.status.name} is ended again and again by its liveness probe`,
  because: said.trim(),
  lines: logOf(container as Container, sighting),
  fix: 'correct the port and path of the probe, or give it more time (failureThreshold)',
});
