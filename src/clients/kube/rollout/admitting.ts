import type { Problem } from '../../../core/problem.ts';
import { conditionOf } from './objects.ts';
import { eventsOf, nameOf, type Signal, type Subject } from './row.ts';
import type { Sighting } from './sighting.ts';
import { missingObject } from './starting.ts';

type Refusal = 'full' | 'account' | 'refused' | 'passing';

const CREATE = /^(\(combined from similar events\): )?(Error creating: |create \w+ \S+ in \w+ \S+ failed error: )/;

/** Why no pod can be made: a Deployment's stands in its ReplicaSet, the others say it in events. */
const saidOf = (sighting: Sighting): string | undefined => {
  const { kind, workload, revision } = sighting;
  if (kind === 'Deployment') {
    const failure = revision && conditionOf(revision, 'ReplicaFailure');
    return failure?.status === 'True' ? (failure.message ?? failure.reason) : undefined;
  }
  const event = eventsOf(sighting, workload.metadata.uid).at(-1);
  return event?.reason === 'FailedCreate' ? event.message?.replace(CREATE, '') : undefined;
};

/** Room is made while old pods go: a quota that is full then is full for a while only. */
const makesRoom = (sighting: Sighting): boolean => {
  const { others, leaving, workload } = sighting;
  const mayEnd = String(workload.spec.strategy?.rollingUpdate?.maxUnavailable ?? '1') !== '0';
  return leaving > 0 || (others > 0 && mayEnd) || isTurning(sighting);
};

/**
 * Some new pods have taken the place of old ones. A controller that was refused asks again later and later, and what it
 * has said stands meanwhile, though there may be room by now.
 */
const isTurning = ({ pods, workload }: Sighting): boolean => {
  const { 'deployment.kubernetes.io/revision': revision = '1' } = workload.metadata.annotations ?? {};
  return pods.length > 0 && revision !== '1';
};

const classOf = (said: string, sighting: Sighting): Refusal => {
  if (/service ?account.*not found/i.test(said)) return 'account';
  if (said.includes('exceeded quota') && makesRoom(sighting)) return 'full';
  return /forbidden|denied|is invalid|exceeded quota/.test(said) ? 'refused' : 'passing';
};

export const create =
  (refusal: Refusal): Signal =>
  sighting => {
    const said = saidOf(sighting);
    if (said === undefined || classOf(said, sighting) !== refusal) return [];
    const { workload, revision, kind } = sighting;
    const object = kind === 'Deployment' && revision ? `replicaset ${revision.metadata.name}` : undefined;
    return [{ id: workload.metadata.uid, said, ...(object !== undefined && { object }) }];
  };

const QUOTA = /exceeded quota: ([^,]+), (.*)$/;
const SECURITY = /violates PodSecurity "([^"]+)": (.*)$/s;
const POLICY = /ValidatingAdmissionPolicy '([^']+)'.* denied request: (.*)$/s;
const WEBHOOK = /admission webhook "([^"]+)" denied the request:? ?(.*)$/s;

/** Who refuses, by what it says. */
const REFUSERS: readonly { readonly when: RegExp; readonly who: string; readonly fix: string }[] = [
  {
    when: QUOTA,
    who: 'The quota',
    fix: 'ask for less, or raise it: kubectl describe resourcequota shows how full it is',
  },
  { when: SECURITY, who: 'Pod Security', fix: 'correct the securityContext of the pods as it says' },
  { when: POLICY, who: 'The admission policy', fix: 'correct what it names, then deploy again' },
  { when: WEBHOOK, who: 'The admission webhook', fix: 'correct what it names, then deploy again' },
];

export const notAdmitted = ({ said }: Subject, sighting: Sighting): Problem => {
  for (const { when, who, fix } of REFUSERS) {
    const [, name, why] = when.exec(said) ?? [];
    if (name !== undefined)
      return {
        code: 'not-admitted',
        message: `${who} ${name} does not admit the pods of ${nameOf(sighting)}`,
        because: why?.trim() || said,
        fix,
      };
  }
  return noPod({ id: '', said }, sighting);
};

export const noPod = ({ said }: Subject, sighting: Sighting): Problem => ({
  code: 'not-admitted',
  message: `The cluster makes no pod for ${nameOf(sighting)}`,
  because: said,
  fix: 'correct what it names, then deploy again',
});

export const noAccount = ({ said }: Subject, sighting: Sighting): Problem => ({
  code: 'not-admitted',
  because: said,
  ...missingObject('ServiceAccount', /serviceaccount "([^"]+)"/.exec(said)?.[1] ?? '', nameOf(sighting)),
});
