import type { Config } from '../../config/config.ts';
import { setName } from '../../config/kube-set.ts';
import { type Facts, need } from '../../core/fact.ts';
import { type Besides, calledIn, kubeSet, type Member, manifests } from '../../core/facts/kube-set.ts';
import { canonical, type Json } from '../../core/json.ts';
import { BytechatError, isError } from '../../core/problem.ts';
import type { Change } from '../../core/step.ts';
import { shownFields, toApply, toPrune } from './about.ts';

export interface FieldDiff {
  readonly path: string;
  /** Missing: it is not there. */
  readonly from?: Json;
  readonly to?: Json;
  /** Somebody else has changed it since it was applied. */
  readonly drift: boolean;
  readonly [key: string]: Json | undefined;
}

export interface ObjectDiff {
  /** `keep`: nothing of it is to change, and others have set something besides. */
  readonly action: Change['action'];
  readonly what: string;
  /** `k8s/shop.yaml:7`, when a file has it. */
  readonly where?: string;
  /** Whose it is, when it is not ours: apply would refuse it. */
  readonly owner?: string;
  readonly fields: readonly FieldDiff[];
  readonly besides?: readonly Besides[];
  readonly [key: string]: Json | undefined;
}

/** What applying the set would change; throws what the cluster would refuse. Pure. */
export const diffOfSet = (config: Config, facts: Facts): ObjectDiff[] => {
  const wrong = [...need(manifests, facts).problems, ...need(kubeSet, facts).problems].filter(isError);
  if (wrong.length > 0) throw new BytechatError(wrong);
  const { namespace } = config.kubernetes;
  const applied = toApply(config, facts).map(
    ({ object, member, where }): ObjectDiff => ({
      action: member.there ? 'change' : 'create',
      what: calledIn(object, namespace),
      where: [where.file, where.line].filter(part => part !== undefined).join(':'),
      ...(member.there && member.owner !== setName(config) && { owner: member.owner || 'nobody' }),
      fields: fieldsOf(member),
      ...besidesOf(member),
    }),
  );
  const kept = need(kubeSet, facts)
    .members.filter(({ same, besides }) => same && besides.length > 0)
    .map(
      (member): ObjectDiff => ({
        action: 'keep',
        what: calledIn(member.ref, namespace),
        fields: [],
        ...besidesOf(member),
      }),
    );
  const pruned = toPrune(facts).map(
    ({ ref }): ObjectDiff => ({ action: 'delete', what: calledIn(ref, namespace), fields: [] }),
  );
  return [...applied, ...pruned, ...kept];
};

const besidesOf = ({ besides }: Member) => (besides.length === 0 ? {} : { besides });

const fieldsOf = ({ changes, drift }: Member): FieldDiff[] =>
  shownFields(changes).map(({ path, from, to }) => ({
    path,
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    drift: drift.some(other => other.path === path && canonical(other.from) === canonical(from)),
  }));

const ORDER = ['create', 'change', 'delete', 'keep'];

export const sortedDiff = (objects: readonly ObjectDiff[]): ObjectDiff[] =>
  [...objects].sort((a, b) => ORDER.indexOf(a.action) - ORDER.indexOf(b.action));
