import type { ObjectRef } from '../../../core/facts/kube-set.ts';
import { nameFor } from '../../../core/hash.ts';
import type { Json, JsonObject } from '../../../core/json.ts';
import { type KubeObject, OWN } from '../../../core/kube.ts';
import { ask, type BooksAt, called, pathOf } from '../books/at.ts';
import { dataIn, deleteBook, writeData } from '../books/data.ts';
import { good } from '../problems.ts';
import { isSecret } from './secrets.ts';

/** What a set consists of, in a ConfigMap `<set>-inventory`: of any kind, in any namespace. */
export interface Inventory {
  readonly refs: readonly (ObjectRef & JsonObject)[];
  /** The objects as they were last applied with success; without Secrets, and none where they are too large to keep. */
  readonly objects: readonly KubeObject[];
  /** The hash of all that was last applied with success; empty while that is not so. */
  readonly hash: string;
}

const NONE: Inventory = { refs: [], objects: [], hash: '' };

export const readInventory = async (at: BooksAt): Promise<Inventory> => {
  const answer = await ask(at, { path: pathOf('inventory', at) });
  if (answer.status === 404) return NONE;
  const { refs, objects, hash = '' } = dataIn(good(answer, `read ${called('inventory', at)}`));
  return { refs: listIn(refs), objects: listIn(objects), hash };
};

/** People can write into a ConfigMap too: what is no list is none. */
const listIn = <Item>(text = ''): readonly Item[] => {
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) ? list : [];
  } catch {
    return [];
  }
};

/** The same for the same objects: each is stamped with the hash of what it is. */
export const hashOf = (objects: readonly KubeObject[]): string =>
  nameFor(objects.map(({ kind, metadata }) => [kind, metadata.name, metadata.annotations?.[OWN.applied]]) as Json);

/** A ConfigMap holds 1 MiB. */
const MOST_BYTES = 700 * 1024;

/**
 * Before anything is applied, `refs` are those of before and those to come, and there are no `objects`: so nothing is
 * ever made that nobody would find again. Afterwards, with the objects. Without refs it is deleted.
 */
export const writeInventory = async (
  at: BooksAt,
  { refs, objects }: { readonly refs: readonly JsonObject[]; readonly objects?: readonly KubeObject[] | undefined },
): Promise<void> => {
  if (refs.length === 0) return deleteBook('inventory', at);
  if (objects === undefined) return writeData('inventory', at, { refs: JSON.stringify(refs), hash: '' });
  const text = JSON.stringify(objects.filter(object => !isSecret(object)));
  const known = Buffer.byteLength(text) <= MOST_BYTES ? text : null;
  await writeData('inventory', at, { refs: JSON.stringify(refs), objects: known, hash: hashOf(objects) });
};
