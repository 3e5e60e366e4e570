import type { Problem } from '../../../core/problem.ts';
import type { KubeSession } from '../session.ts';
import { KINDS } from './kinds.ts';
import { logTail } from './log-tail.ts';
import { probeAnswer } from './probe-answer.ts';
import { kubectl, type RolloutRequest } from './request.ts';
import type { Subject } from './row.ts';
import type { Sighting } from './sighting.ts';
import type { Pending } from './verdict.ts';

interface Scene {
  readonly sighting: Sighting;
  readonly request: RolloutRequest;
  readonly session: KubeSession;
}

const LAST_EVENTS = 5;

/** The Problem with what shows it: the last lines of the container, or the last warnings; and the command that shows more. */
export const withEvidence = async (failed: Pending, scene: Scene): Promise<Problem> => {
  const { problem, row, subject } = failed;
  const { request, session } = scene;
  const lines = problem.lines?.length ? problem.lines : await linesOf(failed, scene);
  const said =
    problem.code === 'unhealthy' &&
    subject.container &&
    (await probeAnswer(subject.container, request.namespace, session));
  const words = row.evidence === 'log' ? logWords(subject) : describeWords(subject, request);
  return {
    ...problem,
    ...(said && { because: said }),
    ...(lines.length > 0 && { lines }),
    reproduce: kubectl(words ?? describeWords(subject, request), request.namespace, session),
  };
};

const linesOf = async (
  { row, subject }: Pending,
  { sighting, request, session }: Scene,
): Promise<readonly string[]> => {
  const { pod, container } = subject;
  if (row.evidence === 'events' || !pod || !container) return warningsIn(sighting);
  const where = { namespace: request.namespace, pod: pod.metadata.name, container: container.status.name };
  return logTail(where, !container.status.state?.running, session);
};

const warningsIn = ({ events }: Sighting): readonly string[] =>
  events
    .filter(({ type }) => type === 'Warning')
    .slice(-LAST_EVENTS)
    .map(({ reason, message }) => `${reason}: ${message?.trim()}`);

const logWords = ({ pod, container }: Subject): string | undefined => {
  if (!pod || !container) return undefined;
  const { name, restartCount, state } = container.status;
  const previous = state?.running && restartCount > 0 ? ' --previous' : '';
  return `logs ${pod.metadata.name} -c ${name}${previous}`;
};

const describeWords = ({ object, pod }: Subject, { kind, name }: RolloutRequest): string =>
  `describe ${object ?? (pod ? `pod ${pod.metadata.name}` : `${KINDS[kind].plural.replace(/s$/, '')} ${name}`)}`;
