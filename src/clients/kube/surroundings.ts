import type { KindRef } from '../../core/facts/demand.ts';
import type { ClassesFact, ClassRef, Limit, Quota, QuotaFact, ServedFact } from '../../core/facts/preflight.ts';
import type { JsonObject } from '../../core/json.ts';
import type { KubeObject } from '../../core/kube.ts';
import { quantity } from '../../core/quantity.ts';
import { apiPath } from './kinds.ts';
import { good } from './problems.ts';
import type { KubeSession } from './session.ts';

/** All of them; null when they may not be listed, or the cluster does not know the kind. */
const listed = async (path: string, session: KubeSession): Promise<readonly KubeObject[] | null> => {
  const answer = await session.ask({ path });
  if ([401, 403, 404].includes(answer.status)) return null;
  return good<{ items: KubeObject[] }>(answer, `list ${path.split('/').at(-1)}`).items;
};

const DEFAULTS = ['storageclass.kubernetes.io/is-default-class', 'ingressclass.kubernetes.io/is-default-class'];

const classesAt = async (path: string, session: KubeSession): Promise<readonly ClassRef[] | null> => {
  const found = await listed(path, session);
  const isDefault = ({ annotations = {} }: KubeObject['metadata']): boolean =>
    DEFAULTS.some(name => annotations[name] === 'true');
  return found?.map(({ metadata }) => ({ name: metadata.name, isDefault: isDefault(metadata) })) ?? null;
};

/** The classes by which storage and ways in are chosen. */
export const classesThere = async (session: KubeSession): Promise<ClassesFact> => {
  const [storage, ingress, gateway] = await Promise.all([
    classesAt('/apis/storage.k8s.io/v1/storageclasses', session),
    classesAt('/apis/networking.k8s.io/v1/ingressclasses', session),
    classesAt('/apis/gateway.networking.k8s.io/v1/gatewayclasses', session),
  ]);
  return { storage, ingress, gateway };
};

/** What is left in the namespace, and what each has to keep to. What may not be read is not there. */
export const quotaOf = async (namespace: string, session: KubeSession): Promise<QuotaFact> => {
  const at = `/api/v1/namespaces/${namespace}`;
  const [quotas, ranges] = await Promise.all([
    listed(`${at}/resourcequotas`, session),
    listed(`${at}/limitranges`, session),
  ]);
  return { quotas: (quotas ?? []).filter(isForAll).map(quotaIn), limits: (ranges ?? []).flatMap(limitsIn) };
};

/** What our pods are: they run until they are ended, and ask for something. */
const SCOPES = ['NotTerminating', 'NotBestEffort'];

/** Not one that counts only pods of other kinds, or of some priority. */
const isForAll = ({ spec }: KubeObject): boolean => {
  const { scopes = [], scopeSelector } = (spec ?? {}) as { scopes?: readonly string[]; scopeSelector?: unknown };
  return scopeSelector === undefined && scopes.every(scope => SCOPES.includes(scope));
};

const amounts = (written: JsonObject = {}) =>
  Object.fromEntries(Object.entries(written).map(([name, value]) => [name, quantity(value)]));

const quotaIn = ({ metadata, spec, status }: KubeObject): Quota => {
  const { hard } = (spec ?? {}) as { hard?: JsonObject };
  const { used } = (status ?? {}) as { used?: JsonObject };
  return { name: metadata.name, hard: amounts(hard), used: amounts(used) };
};

interface LimitItem {
  readonly type: string;
  readonly min?: JsonObject;
  readonly max?: JsonObject;
  readonly default?: JsonObject;
}

const limitsIn = ({ metadata, spec }: KubeObject): Limit[] => {
  const { limits = [] } = (spec ?? {}) as { limits?: readonly LimitItem[] };
  return limits.map(({ type, min, max, default: byDefault }) => ({
    name: metadata.name,
    type,
    min: amounts(min),
    max: amounts(max),
    byDefault: amounts(byDefault),
  }));
};

interface Node {
  readonly spec?: { readonly unschedulable?: boolean };
  readonly metadata: { readonly labels?: { readonly [key: string]: string } };
}

/** `linux/amd64` of each node that takes new pods; none when nodes may not be listed. */
export const platformsOfNodes = async (session: KubeSession): Promise<string[]> => {
  const nodes = ((await listed('/api/v1/nodes', session)) ?? []) as unknown as readonly Node[];
  const open = nodes.filter(({ spec }) => spec?.unschedulable !== true);
  const names = open.map(({ metadata: { labels = {} } }) => [labels['kubernetes.io/os'], labels['kubernetes.io/arch']]);
  return [...new Set(names.filter(parts => parts.every(Boolean)).map(parts => parts.join('/')))].sort();
};

interface ResourceList {
  readonly resources: readonly { readonly kind: string }[];
}

/** Which of these kinds the cluster does not know, in that version. */
export const kindsServed = async (kinds: readonly KindRef[], session: KubeSession): Promise<ServedFact> => {
  const groups = [...new Set(kinds.map(({ apiVersion }) => apiVersion))];
  const [metrics, ...found] = await Promise.all(
    ['metrics.k8s.io/v1beta1', ...groups].map(group => kindsIn(group, session)),
  );
  const isServed = ({ apiVersion, kind }: KindRef): boolean =>
    found[groups.indexOf(apiVersion)]?.includes(kind) ?? false;
  return { missing: kinds.filter(kind => !isServed(kind)), metrics: (metrics ?? []).length > 0 };
};

/** A group that is announced and whose own server is down answers 503: it serves nothing now. */
const kindsIn = async (apiVersion: string, session: KubeSession): Promise<readonly string[]> => {
  const answer = await session.ask({ path: apiPath(apiVersion) });
  if (answer.status === 404 || answer.status === 503) return [];
  return good<ResourceList>(answer, `say what ${apiVersion} is`).resources.map(({ kind }) => kind);
};
