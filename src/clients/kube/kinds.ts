import { OWN_KINDS, type Resource, resource } from '../../core/kinds.ts';
import type { KubeObject } from '../../core/kube.ts';
import { BytechatError } from '../../core/problem.ts';
import { good } from './problems.ts';
import type { KubeSession } from './session.ts';

/** `/apis/apps/v1`, `/api/v1`. */
export const apiPath = (apiVersion: string): string =>
  apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;

export const collection = ({ apiVersion, plural, namespaced }: Resource, namespace: string): string =>
  `${apiPath(apiVersion)}${namespaced ? `/namespaces/${namespace}` : ''}/${plural}`;

type Kind = Pick<KubeObject, 'apiVersion' | 'kind'>;

/** The path of one object. Kinds that are not ours are asked of the cluster, once. */
export const pathOf = async (object: KubeObject, namespace: string, session: KubeSession): Promise<string> => {
  const found = await resourceOf(object, session);
  return `${collection(found, object.metadata.namespace ?? namespace)}/${object.metadata.name}`;
};

const discovered = new WeakMap<KubeSession, Map<string, Promise<readonly Resource[]>>>();

/** Undefined while the cluster serves no such kind. What it has served once is not asked again. */
export const servedAs = async (wanted: Kind, session: KubeSession): Promise<Resource | undefined> => {
  const isIt = ({ apiVersion, kind }: Kind): boolean => apiVersion === wanted.apiVersion && kind === wanted.kind;
  const known = OWN_KINDS.find(isIt) ?? (await servedIn(wanted.apiVersion, session)).find(isIt);
  // Its definition may have come later than others of its group.
  if (!known) discovered.get(session)?.delete(wanted.apiVersion);
  return known;
};

export const resourceOf = async (wanted: Kind, session: KubeSession): Promise<Resource> => {
  const known = await servedAs(wanted, session);
  if (known) return known;
  throw new BytechatError({
    code: 'cluster-refused',
    message: `The cluster serves no ${wanted.kind} of ${wanted.apiVersion}`,
    because: 'its definition is not installed, or that version is not served any more',
    fix: `kubectl api-resources shows what it serves`,
  });
};

const servedIn = (apiVersion: string, session: KubeSession): Promise<readonly Resource[]> => {
  const known = discovered.get(session) ?? new Map<string, Promise<readonly Resource[]>>();
  discovered.set(session, known);
  const asked = known.get(apiVersion) ?? discover(apiVersion, session);
  known.set(apiVersion, asked);
  // A definition that was not there may come with the very objects that are being applied.
  asked.then(
    found => found.length > 0 || known.delete(apiVersion),
    () => known.delete(apiVersion),
  );
  return asked;
};

interface ResourceList {
  readonly resources: readonly { readonly name: string; readonly kind: string; readonly namespaced: boolean }[];
}

const discover = async (apiVersion: string, session: KubeSession): Promise<readonly Resource[]> => {
  const answer = await session.ask({ path: apiPath(apiVersion) });
  if (answer.status === 404) return [];
  const { resources } = good<ResourceList>(answer, `say what ${apiVersion} is`);
  return resources
    .filter(({ name }) => !name.includes('/'))
    .map(({ name, kind, namespaced }) => resource(apiVersion, kind, name, namespaced));
};

/** Those that an app of ours is made of, whose namespace holds them. */
export const OWN_RESOURCES = OWN_KINDS.filter(({ namespaced }) => namespaced);
