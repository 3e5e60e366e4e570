import type { JsonObject } from '../../../core/json.ts';
import type { Resource } from '../../../core/kinds.ts';
import { type KubeObject, objectKey } from '../../../core/kube.ts';
import { BytechatError, type Problem } from '../../../core/problem.ts';
import { pause } from '../../../engine/pause.ts';
import type { Applying } from '../apply.ts';
import { collection, pathOf, servedAs } from '../kinds.ts';
import { good } from '../problems.ts';
import type { KubeSession } from '../session.ts';

export const isDefinition = ({ kind }: { readonly kind: string }): boolean => kind === 'CustomResourceDefinition';

interface Defined {
  readonly group: string;
  readonly scope: string;
  readonly names: { readonly kind: string; readonly plural: string };
  readonly versions: readonly { readonly name: string; readonly served: boolean }[];
}

const specOf = ({ spec }: KubeObject): Defined => spec as unknown as Defined;

/** How often it is asked, and for how long in all, in ms. */
const LOOK_MS = 100;
const PATIENCE_MS = 30_000;

/** Definitions that were applied just now: nothing of their kinds can be made before the server says so. */
export const untilServed = async (objects: readonly KubeObject[], applying: Applying): Promise<void> => {
  if (applying.dryRun) return;
  for (const object of objects.filter(isDefinition)) await established(object, applying);
};

const established = async (object: KubeObject, { namespace, session, signal }: Applying): Promise<void> => {
  const path = await pathOf(object, namespace, session);
  const { group, names, versions } = specOf(object);
  const kinds = versions
    .filter(({ served }) => served)
    .map(({ name }) => ({ apiVersion: `${group}/${name}`, kind: names.kind }));
  for (const until = performance.now() + PATIENCE_MS; ; ) {
    const there = good<KubeObject>(await session.ask({ path, signal }), `read ${objectKey(object)}`);
    const served = await Promise.all(kinds.map(kind => servedAs(kind, session)));
    if (isEstablished(there) && served.every(each => each !== undefined)) return;
    if (performance.now() >= until) throw new BytechatError(notServed(there));
    await pause(LOOK_MS, signal);
  }
};

type Conditions = readonly { readonly type: string; readonly status: string; readonly message?: string }[];

const conditionsOf = ({ status }: KubeObject): Conditions =>
  ((status as JsonObject | undefined)?.conditions ?? []) as unknown as Conditions;

const isEstablished = (object: KubeObject): boolean =>
  conditionsOf(object).some(({ type, status }) => type === 'Established' && status === 'True');

const notServed = (object: KubeObject): Problem => ({
  code: 'timed-out',
  message: `${objectKey(object)} is not served after ${PATIENCE_MS / 1000} s`,
  because: conditionsOf(object).find(({ status }) => status !== 'True')?.message ?? 'the API server does not say why',
  fix: `kubectl describe crd ${object.metadata.name}`,
});

/** A definition takes every object of its kind with it: it stays while others than the set's have some. */
export const usedByOthers = async (
  definition: KubeObject,
  { session, isOurs }: { readonly session: KubeSession; readonly isOurs: (object: KubeObject) => boolean },
): Promise<readonly string[]> => {
  const { group, scope, names, versions } = specOf(definition);
  const version = versions.find(({ served }) => served);
  if (!version) return [];
  const resource: Resource = {
    apiVersion: `${group}/${version.name}`,
    kind: names.kind,
    plural: names.plural,
    namespaced: scope === 'Namespaced',
  };
  const answer = await session.ask({ path: collection({ ...resource, namespaced: false }, '') });
  if (answer.status === 404) return [];
  const { items } = good<{ items: readonly KubeObject[] }>(answer, `list ${names.plural}`);
  return items.filter(item => !isOurs(item)).map(({ metadata }) => `${names.kind}/${metadata.name}`);
};
