import type { Config } from '../../config/config.ts';
import { setName } from '../../config/kube-set.ts';
import { call } from '../../core/action.ts';
import { type Facts, need } from '../../core/fact.ts';
import { calledIn, isLasting, kubeSet, type ObjectRef } from '../../core/facts/kube-set.ts';
import type { Change, Step } from '../../core/step.ts';
import { aboutSet } from './about.ts';
import { inOrder } from './order.ts';

/** What there is of a set, and nothing else; data only when asked, and with them the books. */
export const removeSet = (config: Config, facts: Facts, data: boolean): Step[] => {
  const { members, claims } = need(kubeSet, facts);
  const ours = members.filter(({ there, owner, ref }) => there && (owner === setName(config) || isVeryOne(ref)));
  const gone = ours.filter(({ ref }) => data || !isLasting(ref));
  const stays = data ? [] : ours.filter(({ ref }) => isLasting(ref)).map(({ ref }) => ref);
  const made = data ? claims : [];
  // What others have deleted is still written down.
  const forgotten = members.some(({ known, there }) => known && !there);
  if (gone.length === 0 && made.length === 0 && !forgotten) return [];
  const called = (ref: ObjectRef): string => calledIn(ref, config.kubernetes.namespace);
  const removed = [...inOrder(made), ...inOrder(gone.map(({ ref }) => ref))];
  const left = [...stays, ...(data ? [] : claims)];
  return [
    {
      id: 'remove',
      title: `Remove the set ${setName(config)}`,
      needs: [kubeSet.name],
      changes: [
        ...removed.map((ref): Change => ({ action: 'delete', what: called(ref) })),
        ...left.map((ref): Change => ({ action: 'keep', what: called(ref), because: '--data deletes it too' })),
      ],
      actions: [
        call('kube', 'remove', { ...aboutSet(config), objects: removed }),
        call('kube', 'inventory', { ...aboutSet(config), refs: left }),
      ],
    },
  ];
};

/** A claim that a StatefulSet has made has no label of ours: it was written down with its uid. */
const isVeryOne = ({ metadata }: ObjectRef): boolean => Reflect.get(metadata, 'uid') !== undefined;
