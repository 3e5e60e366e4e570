import type { ObjectRef, PodSelector } from '../../../core/facts/kube-set.ts';
import type { JsonObject } from '../../../core/json.ts';
import { type KubeObject, ownSelector } from '../../../core/kube.ts';
import type { BooksAt } from '../books/at.ts';
import { selectorText } from '../rollout/list.ts';
import type { Selector } from '../rollout/objects.ts';
import type { KubeSession } from '../session.ts';
import { readInventory } from './inventory.ts';
import { liveObject, sideBySide, workloadKind } from './look.ts';

/** Which pods are of a set: those that have its label, and those that its workloads have made. */
export const podsOfSet = async (at: BooksAt, session: KubeSession): Promise<readonly PodSelector[]> => {
  const { refs } = await readInventory(at);
  const workloads = refs.filter(ref => workloadKind(ref) !== undefined || ref.kind === 'CronJob');
  const there = await sideBySide(workloads, ref => liveObject(ref, at.namespace, session));
  return selectorsOf(at, refs, there);
};

export const selectorsOf = (
  { namespace, name }: BooksAt,
  refs: readonly ObjectRef[],
  objects: readonly (KubeObject | undefined)[],
): readonly PodSelector[] => {
  const namespaces = [...new Set([namespace, ...refs.flatMap(({ metadata }) => metadata.namespace ?? [])])];
  const made = objects.flatMap(object => {
    const selector = object && selectorOf(object);
    return selector ? [{ namespace: object.metadata.namespace ?? namespace, selector }] : [];
  });
  return [...namespaces.map(each => ({ namespace: each, selector: ownSelector(name) })), ...made];
};

interface Specs {
  readonly selector?: Selector;
  readonly jobTemplate?: { readonly spec?: { readonly template?: { readonly metadata?: JsonObject } } };
}

const selectorOf = ({ kind, spec }: KubeObject): string => {
  const { selector, jobTemplate } = (spec ?? {}) as Specs;
  const labels = jobTemplate?.spec?.template?.metadata?.labels as { readonly [key: string]: string } | undefined;
  return selectorText(kind === 'CronJob' ? { matchLabels: labels ?? {} } : (selector ?? {}));
};
