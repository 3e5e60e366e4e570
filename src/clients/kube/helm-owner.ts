import type { Json, JsonObject } from '../../core/json.ts';
import { type KubeObject, OWN, objectKey } from '../../core/kube.ts';
import type { HelmName } from './helm.ts';
import { revisionsIn } from './helm.ts';
import { pathOf } from './kinds.ts';
import { good } from './problems.ts';
import type { KubeSession } from './session.ts';

export interface Owned extends HelmName {
  /** Of the app, named. */
  readonly objects: readonly KubeObject[];
}

const MERGE = 'application/merge-patch+json';

/** Makes objects that are there Helm's, as `helm upgrade` wants to find them: nothing that runs is touched. */
export const giveToHelm = (owned: Owned, session: KubeSession): Promise<readonly string[]> => {
  const { name, namespace } = owned;
  return changeEach(owned, { session, as: HELM }, ({ metadata }) => ({
    labels: { 'app.kubernetes.io/managed-by': 'Helm' },
    annotations: { 'meta.helm.sh/release-name': name, 'meta.helm.sh/release-namespace': namespace },
    managedFields: handedOver(metadata.managedFields, OWN.manager, HELM),
  }));
};

/** The other way round: what Helm has set is taken for what we have applied, so that the next apply takes away what is left out. */
export const takeFromHelm = (owned: Owned, session: KubeSession): Promise<readonly string[]> =>
  changeEach(owned, { session, as: OWN.manager }, ({ metadata }) => ({
    managedFields: handedOver(metadata.managedFields, HELM, OWN.manager),
  }));

/** The field manager of all versions of Helm. */
const HELM = 'helm';

/** Deletes what Helm knows of a release, and nothing else. */
export const forgetHelm = async (at: HelmName, session: KubeSession): Promise<readonly string[]> => {
  const revisions = (await revisionsIn(at, session)) ?? [];
  for (const { revision } of revisions) {
    const name = `sh.helm.release.v1.${at.name}.v${revision}`;
    const path = `/api/v1/namespaces/${at.namespace}/secrets/${name}`;
    const answer = await session.ask({ method: 'DELETE', path });
    if (answer.status !== 404) good(answer, `delete Secret/${name}`);
  }
  return revisions.map(({ revision }) => String(revision));
};

type Change = (object: KubeObject) => JsonObject;

interface Changing {
  readonly session: KubeSession;
  /** Who the change is written down for. */
  readonly as: string;
}

/** What is gone already is fine. */
const changeEach = async (owned: Owned, changing: Changing, change: Change): Promise<readonly string[]> => {
  const changed: string[] = [];
  for (const object of owned.objects) {
    const path = await pathOf(object, owned.namespace, changing.session);
    if (await changeOne({ ...changing, path, app: owned.name }, change)) changed.push(objectKey(object));
  }
  return changed;
};

const TRIES = 5;

/** What somebody has changed meanwhile is looked at again. */
const changeOne = async (one: Changing & { path: string; app: string }, change: Change): Promise<boolean> => {
  const { session, path, app, as } = one;
  for (let attempt = 1; ; attempt++) {
    const found = await session.ask({ path });
    if (found.status === 404) return false;
    const there = good<KubeObject>(found, `read ${path}`);
    if (there.metadata.labels?.[OWN.app] !== app) return false;
    const metadata = { ...change(there), resourceVersion: there.metadata.resourceVersion };
    const query = `fieldManager=${as}`;
    const answer = await session.ask({ method: 'PATCH', path: `${path}?${query}`, type: MERGE, body: { metadata } });
    if (answer.status === 404) return false;
    if (answer.status === 409 && attempt < TRIES) continue;
    good(answer, `change who manages ${objectKey(there)}`);
    return true;
  }
};

/** Who has set which fields, and how (k8s.io/apimachinery meta/v1 ManagedFieldsEntry). */
interface Entry {
  readonly manager: string;
  readonly operation: string;
  readonly apiVersion: string;
  readonly subresource?: string;
  readonly fieldsV1: JsonObject;
}

/** All that `from` manages as what `to` has applied. What is set through a subresource is not about the spec. */
export const handedOver = (managed: Json | undefined, from: string, to: string): Json => {
  const entries = (managed ?? []) as unknown as readonly Entry[];
  const isIt = ({ manager, subresource }: Entry): boolean =>
    subresource === undefined && (manager === from || manager === to);
  const mine = entries.filter(isIt);
  if (!mine.some(({ manager }) => manager === from)) return entries as unknown as Json;
  const last = mine.at(-1) as Entry;
  const fieldsV1 = mine.reduce<JsonObject>((all, entry) => union(all, entry.fieldsV1), {});
  const one = { ...last, manager: to, operation: 'Apply', fieldsV1 };
  return [...entries.filter(entry => !isIt(entry)), one] as unknown as Json;
};

const union = (one: JsonObject, other: JsonObject): JsonObject => {
  const keys = [...new Set([...Object.keys(one), ...Object.keys(other)])];
  return Object.fromEntries(
    keys.map(key => [key, union((one[key] ?? {}) as JsonObject, (other[key] ?? {}) as JsonObject)]),
  );
};
