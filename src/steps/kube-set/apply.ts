import type { Config } from '../../config/config.ts';
import { setName } from '../../config/kube-set.ts';
import { type Action, call } from '../../core/action.ts';
import { type Facts, need } from '../../core/fact.ts';
import { calledIn, idOf, isLasting, kubeSet, type Member, type ObjectRef, refOf } from '../../core/facts/kube-set.ts';
import type { JsonObject } from '../../core/json.ts';
import type { KubeObject } from '../../core/kube.ts';
import type { Change, Step } from '../../core/step.ts';
import { fieldAsText } from '../cluster.ts';
import {
  aboutSet,
  type Changed,
  isRolledOut,
  memberOf,
  NEEDS,
  shownFields,
  toApply,
  toPrune,
  type Wanted,
  wantedOf,
} from './about.ts';
import { inOrder } from './order.ts';

/** Applies what differs, waits for what has to start, and removes what is not in the files any more. */
export const applySet = (config: Config, facts: Facts): Step[] => {
  const wanted = wantedOf(config, facts);
  const changed = toApply(config, facts);
  const old = toPrune(facts);
  const waiting = wanted.written.filter(
    ({ object }) =>
      isRolledOut(object) &&
      (changed.some(each => each.object === object) || memberOf(wanted, object)?.settled === false),
  );
  const { recorded } = need(kubeSet, facts);
  return [
    ...(changed.length > 0 ? [applyStep(changed, wanted)] : []),
    ...(waiting.length > 0
      ? [
          rolloutStep(
            waiting.map(({ object }) => object),
            wanted,
          ),
        ]
      : []),
    ...(changed.length > 0 || old.length > 0 || !recorded ? [recordStep(old, wanted)] : []),
  ];
};

const applyStep = (changed: readonly Changed[], wanted: Wanted): Step => {
  const { config } = wanted;
  const objects = changed.map(({ object }) => object);
  const places = changed.map(({ where }) => where);
  return {
    id: 'apply',
    title: `Apply ${objects.length} ${objects.length === 1 ? 'object' : 'objects'} of ${setName(config)}`,
    needs: NEEDS,
    changes: changed.map(each => changeOf(each, config)),
    actions: [
      call('kube', 'inventory', { ...aboutSet(config), refs: allRefs(wanted) }),
      call('kube', 'apply', {
        ...aboutSet(config),
        objects: asJson(objects),
        places: places as unknown as JsonObject[],
      }),
    ],
    undo: wayBack(changed, wanted),
  };
};

const asJson = (objects: readonly KubeObject[]): JsonObject[] => objects as unknown as JsonObject[];

/** Those of before, and those to come: so nothing is ever made that nobody would find again. */
const allRefs = ({ members }: Wanted): JsonObject[] =>
  members.filter(({ wanted, known }) => wanted || known).map(({ ref }) => ref);

const SHOWN = 8;

const changeOf = ({ object, member }: Changed, config: Config): Change => {
  const what = calledIn(object, config.kubernetes.namespace);
  if (!member.there) return { action: 'create', what };
  const told = shownFields(member.changes).map(fieldAsText);
  const more = told.length > SHOWN ? `; and ${told.length - SHOWN} more` : '';
  const because = told.length === 0 ? 'only what marks it as one of this set' : told.slice(0, SHOWN).join('; ') + more;
  return { action: 'change', what, because };
};

/** In ms: what a rollout may take in all; why it cannot end well is told long before. */
const ROLLOUT_MS = 15 * 60_000;

const rollouts = (objects: readonly KubeObject[], config: Config): Action =>
  call('kube', 'rollouts', { ...aboutSet(config), workloads: objects.map(refOf), timeoutMs: ROLLOUT_MS });

const rolloutStep = (objects: readonly KubeObject[], { config }: Wanted): Step => ({
  id: 'rollout',
  title: `Wait for ${objects.map(object => calledIn(object, config.kubernetes.namespace)).join(', ')}`,
  needs: [],
  changes: [],
  actions: [rollouts(objects, config)],
});

/** What is gone from the files goes; then it is written down what the set is now. */
const recordStep = (old: readonly Member[], wanted: Wanted): Step => {
  const { config, written, members } = wanted;
  const kept = members.filter(member => !member.wanted && member.known && member.there && isLasting(member.ref));
  const objects = written.map(({ object }) => object);
  const refs = [...objects.map(refOf), ...kept.map(({ ref }) => ref)];
  const called = ({ ref }: Member): string => calledIn(ref, config.kubernetes.namespace);
  return {
    id: old.length > 0 ? 'prune' : 'record',
    title:
      old.length > 0
        ? `Remove ${old.length} ${old.length === 1 ? 'object' : 'objects'} that the files do not have any more`
        : 'Write down what the set is',
    needs: NEEDS,
    changes: [
      ...old.map((member): Change => ({ action: 'delete', what: called(member) })),
      ...kept.map(
        (member): Change => ({ action: 'keep', what: called(member), because: 'kube delete --data deletes it' }),
      ),
    ],
    actions: [
      ...(old.length > 0
        ? [call('kube', 'remove', { ...aboutSet(config), objects: inOrder(old.map(({ ref }) => ref)) })]
        : []),
      call('kube', 'inventory', { ...aboutSet(config), refs, objects: asJson(objects) }),
    ],
  };
};

/** What was there is applied again as it was last applied with success; what was newly made goes. */
const wayBack = (changed: readonly Changed[], wanted: Wanted): Action[] => {
  const { config, before, members } = wanted;
  const id = (ref: ObjectRef): string => idOf(ref, config.kubernetes.namespace);
  const again = before.filter(old => changed.some(({ object, member }) => member.there && id(object) === id(old)));
  const fresh = changed.filter(({ member, object }) => !member.there && !isLasting(object));
  const running = again.filter(object => isRolledOut(object) && object.kind !== 'Job');
  const known = members.filter(member => member.known || (member.wanted && isLasting(member.ref)));
  return [
    ...(again.length > 0
      ? [
          call('kube', 'apply', {
            ...aboutSet(config),
            objects: asJson(again),
            places: [],
          }),
        ]
      : []),
    ...(running.length > 0 ? [rollouts(running, config)] : []),
    ...(fresh.length > 0
      ? [call('kube', 'remove', { ...aboutSet(config), objects: inOrder(fresh.map(({ object }) => refOf(object))) })]
      : []),
    call('kube', 'inventory', { ...aboutSet(config), refs: known.map(({ ref }) => ref) }),
  ];
};
