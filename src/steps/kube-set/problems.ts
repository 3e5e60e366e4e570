import type { Config } from '../../config/config.ts';
import { setName } from '../../config/kube-set.ts';
import { type Facts, need } from '../../core/fact.ts';
import { calledIn, kubeSet, type Manifest } from '../../core/facts/kube-set.ts';
import { OWN } from '../../core/kube.ts';
import type { Problem } from '../../core/problem.ts';
import { memberOf, type Wanted, wantedOf } from './about.ts';

/** What keeps a set from being applied: nothing in it, what belongs to others, what the cluster would refuse. */
export const setProblems = (config: Config, facts: Facts, adopt: boolean): readonly Problem[] => {
  const wanted = wantedOf(config, facts);
  if (wanted.written.length === 0) return [emptySet(config)];
  return [...wanted.written.flatMap(each => ownerProblem(each, wanted, adopt)), ...need(kubeSet, facts).problems];
};

const emptySet = (config: Config): Problem => ({
  code: 'empty-set',
  message: `There is no object for the set ${setName(config)}`,
  because: `no file of ${config.kubernetes.manifests ?? 'the set'} holds one, and everything that it had would be pruned`,
  fix: `bytechat kube delete --name ${setName(config)}, when that is meant`,
});

const ownerProblem = ({ object, where }: Manifest, wanted: Wanted, adopt: boolean): Problem[] => {
  const { config } = wanted;
  const member = memberOf(wanted, object);
  if (!member?.there || member.owner === setName(config)) return [];
  const name = calledIn(object, config.kubernetes.namespace);
  if (member.owner !== '')
    return [
      {
        code: 'name-taken',
        message: `${name} belongs to ${member.owner}`,
        because: `its label ${OWN.app} says so, and two who apply the same object undo each other`,
        where,
        fix: `take it out of this set, or give it another name`,
      },
    ];
  if (adopt || member.known) return [];
  return [
    {
      code: 'name-taken',
      message: `${name} is there, and belongs to nobody that bytechat knows`,
      because: `it has no label ${OWN.app}: somebody else has made it`,
      where,
      fix: '--adopt makes it one of this set; delete and prune take it with them then',
    },
  ];
};
