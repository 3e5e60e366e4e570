import type { ObjectRef } from '../../core/facts/kube-set.ts';
import type { JsonObject } from '../../core/json.ts';

/** As they are made: the last made goes first, so what others need stands first. */
const FIRST: readonly string[] = ['Namespace', 'CustomResourceDefinition', 'PersistentVolumeClaim'];

export const inOrder = (refs: readonly (ObjectRef & JsonObject)[]): readonly (ObjectRef & JsonObject)[] => {
  const rank = ({ kind }: ObjectRef): number => (FIRST.includes(kind) ? FIRST.indexOf(kind) : FIRST.length);
  return [...refs].sort((a, b) => rank(a) - rank(b));
};
