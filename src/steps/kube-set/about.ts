import { clusterOf } from '../../config/cluster.ts';
import type { Config } from '../../config/config.ts';
import { setName } from '../../config/kube-set.ts';
import { type Facts, need } from '../../core/fact.ts';
import {
  idOf,
  isLasting,
  kubeSet,
  type Manifest,
  type Member,
  manifests,
  type ObjectRef,
} from '../../core/facts/kube-set.ts';
import type { FieldChange } from '../../core/field-changes.ts';
import { type KubeObject, OWN } from '../../core/kube.ts';
import { BytechatError, isError } from '../../core/problem.ts';

/** What every call about a set begins with. */
export const aboutSet = (config: Config) => ({ ...clusterOf(config), name: setName(config) });

export const NEEDS = [manifests.name, kubeSet.name];

/** What a set is to become, read out of the facts. */
export interface Wanted {
  readonly config: Config;
  readonly written: readonly Manifest[];
  readonly members: readonly Member[];
  readonly before: readonly KubeObject[];
}

export const wantedOf = (config: Config, facts: Facts): Wanted => {
  const { manifests: written, problems } = need(manifests, facts);
  const { members, before } = need(kubeSet, facts);
  if (problems.some(isError)) throw new BytechatError(problems);
  return { config, written, members, before };
};

export const memberOf = ({ members, config }: Wanted, ref: ObjectRef): Member | undefined => {
  const id = idOf(ref, config.kubernetes.namespace);
  return members.find(member => idOf(member.ref, config.kubernetes.namespace) === id);
};

/** An object of a file, and what the cluster has of it. */
export interface Changed extends Manifest {
  readonly member: Member;
}

/** The objects that are not as they are wanted, in the order of their files. */
export const toApply = (config: Config, facts: Facts): readonly Changed[] => {
  const wanted = wantedOf(config, facts);
  return wanted.written.flatMap(each => {
    const member = memberOf(wanted, each.object);
    return member && !(member.there && member.same) ? [{ ...each, member }] : [];
  });
};

/** What was in the set and is not any more; data stay. */
export const toPrune = (facts: Facts): readonly Member[] =>
  need(kubeSet, facts).members.filter(({ wanted, known, there, ref }) => !wanted && known && there && !isLasting(ref));

/** Of these, a rollout can be waited for. */
const ROLLED_OUT: readonly string[] = [
  'apps/v1 Deployment',
  'apps/v1 StatefulSet',
  'apps/v1 DaemonSet',
  'batch/v1 Job',
];

export const isRolledOut = (object: KubeObject): boolean =>
  ROLLED_OUT.includes(`${object.apiVersion} ${object.kind}`) && Reflect.get(Object(object.spec), 'suspend') !== true;

/** Our own marks tell people nothing. */
export const shownFields = (fields: readonly FieldChange[]): readonly FieldChange[] =>
  fields.filter(({ path }) => !path.endsWith(OWN.applied));
