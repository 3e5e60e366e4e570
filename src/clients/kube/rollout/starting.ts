import type { Problem } from '../../../core/problem.ts';
import type { Container } from './objects.ts';
import { endOf } from './objects.ts';
import { wrongPlatform } from './pulling.ts';
import { eachContainer, type Signal, type Subject } from './row.ts';

/** What the kubelet cannot make from the spec. A cache of it that is late is not the fault of the spec (krane). */
export const configError: Signal = sighting =>
  eachContainer(sighting, ({ status }) => {
    const { reason = '', message = reason } = status.state?.waiting ?? {};
    const isConfig = ['CreateContainerConfigError', 'CreateContainerError'].includes(reason);
    return isConfig && !/failed to sync|context deadline|\bcache\b/.test(message) ? message : undefined;
  });

const MISSING = /^(secret|configmap) "([^"]+)" not found/;
const NO_KEY = /couldn't find key (\S+) in (Secret|ConfigMap) \S+\/(\S+)/;
const KINDS: Readonly<Record<string, string>> = { secret: 'Secret', configmap: 'ConfigMap' };

export const cannotMake = ({ said, container }: Subject): Problem => ({
  code: 'rollout-failed',
  because: said,
  ...configProblem(said, container?.status.name ?? ''),
});

const configProblem = (said: string, name: string): Pick<Problem, 'message' | 'fix'> => {
  const [, kind = '', object] = MISSING.exec(said) ?? [];
  if (object !== undefined) return missingObject(KINDS[kind] ?? kind, object, `the container ${name}`);
  const [, key, of, where] = NO_KEY.exec(said) ?? [];
  if (key !== undefined)
    return { message: `The ${of} ${where} has no key ${key}, which the container ${name} needs`, fix: 'add the key' };
  if (said.includes('run as root'))
    return {
      message: `The container ${name} would run as root, which its pod does not allow`,
      fix: 'name a user in its Dockerfile: USER 65532',
    };
  return { message: `The container ${name} cannot be made`, fix: 'correct what it names, then deploy again' };
};

export const missingObject = (kind: string, object: string, who: string): Pick<Problem, 'message' | 'fix'> => ({
  message: `There is no ${kind} ${object}, which ${who} needs`,
  fix: `create it in this namespace, or correct its name: kubectl get ${kind.toLowerCase()} shows which there are`,
});

/** 128 is what containerd says for all of them, passing ones too: those are counted like crashes. */
const COUNTED = 128;

export const cannotStart: Signal = (sighting, knobs) =>
  eachContainer(sighting, ({ status }) => {
    const { reason = '', exitCode, message } = endOf(status) ?? { exitCode: 0 };
    if (status.state?.running || !['ContainerCannotRun', 'StartError'].includes(reason)) return undefined;
    if (exitCode === COUNTED && status.restartCount < knobs.restarts) return undefined;
    return message ?? `exit code ${exitCode}`;
  });

export const notStarted = ({ said, container }: Subject): Problem => ({
  code: 'rollout-failed',
  message: `The container ${container?.status.name} cannot be started`,
  because: said.replace(/^.*unable to start container process: /, '').replace(/: unknown$/, ''),
  fix: 'correct its command, or what its image holds, then deploy again',
});

const FORMAT = /exec format error/;

export const execFormat: Signal = sighting =>
  eachContainer(sighting, container => {
    const { pod, status } = container;
    if (status.ready || !endOf(status)) return undefined;
    return linesOf(container, sighting.logs[`${pod.metadata.name}/${status.name}`]).find(line => FORMAT.test(line));
  });

/** Its log, or what the runtime says when it did not come to that. */
const linesOf = ({ status }: Container, log: readonly string[] = []): readonly string[] => [
  ...log,
  endOf(status)?.message ?? '',
];

export const wrongArchitecture = (subject: Subject): Problem => ({ ...wrongPlatform(subject), code: 'rollout-failed' });
