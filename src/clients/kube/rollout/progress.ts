import { causeIn } from '../../../core/crash.ts';
import { KINDS } from './kinds.ts';
import { type Container, containersOf, endOf, isInUse, type Pod } from './objects.ts';
import { eventsOf, keyOf } from './row.ts';
import { readyPods, type Sighting } from './sighting.ts';

/** `1 of 2 new pods ready; shop-7d9f-x2x4v pulls its image`. Pure. */
export const progressLine = (sighting: Sighting): string => {
  const { kind, workload, pods, others } = sighting;
  const wanted = KINDS[kind].wanted(workload);
  const open = pods.find(pod => !isInUse(pod) && pod.status?.phase !== 'Succeeded');
  const rest = others > 0 && !open ? `${others} old ${others === 1 ? 'pod' : 'pods'} to go` : undefined;
  const now = open ? `${open.metadata.name} ${doing(open, sighting)}` : rest;
  return `${counted(sighting, wanted)}${now === undefined ? '' : `; ${now}`}`;
};

const counted = (sighting: Sighting, wanted: number): string =>
  sighting.kind === 'Job'
    ? `${sighting.workload.status?.succeeded ?? 0} of ${wanted} done`
    : `${readyPods(sighting).length} of ${wanted} new pods ready`;

const doing = (pod: Pod, sighting: Sighting): string => {
  const containers = containersOf(pod);
  const busy =
    containers.find(({ status, isInit }) => isInit && !isOver(status.state?.terminated)) ?? containers.find(isOpen);
  if (!busy) return 'waits for a machine';
  const { status, isInit } = busy;
  const name = isInit ? `init container ${status.name}` : '';
  return [name, stateOf(busy, sighting)].filter(word => word !== '').join(': ');
};

const isOver = (end: { readonly exitCode: number } | undefined): boolean => end?.exitCode === 0;
const isOpen = ({ status }: Container): boolean => !status.ready;

const stateOf = (container: Container, sighting: Sighting): string => {
  const { status, isInit, pod } = container;
  const { waiting, running } = status.state ?? {};
  const end = endOf(status);
  if (running) return isInit ? 'runs' : 'runs, and is not ready yet';
  if (waiting?.reason?.includes('Image')) return 'cannot pull its image';
  if (waiting?.reason?.startsWith('CreateContainer')) return 'cannot be made';
  if (end) return endingOf(container, end.exitCode, sighting);
  const isPulling = eventsOf(sighting, pod.metadata.uid).at(-1)?.reason === 'Pulling';
  return isPulling ? 'pulls its image' : 'is being made';
};

/** The cause is told at the first ending, long before it is certain that all that follow will be the same. */
const endingOf = ({ pod, status }: Container, exitCode: number, { logs }: Sighting): string => {
  const cause = causeIn(logs[keyOf(pod, status.name)] ?? []);
  const again = status.restartCount > 0 ? `, started again ${status.restartCount}×` : '';
  return `ended with exit code ${exitCode}${cause === undefined ? '' : `: ${cause}`}${again}`;
};
