import { type DockerConfigRef, isDockerConfigRef, isSecretRef, type Json, mapJson } from '../../core/json.ts';
import { isWorkload, type KubeObject, OWN, objectKey } from '../../core/kube.ts';
import { BytechatError, type Problem } from '../../core/problem.ts';
import { dockerKeyOf } from '../../core/repository.ts';
import { pathOf } from './kinds.ts';
import { refusalIn, refused } from './problems.ts';
import type { KubeAnswer, KubeSession } from './session.ts';
import { untilServed } from './set/definitions.ts';
import { asSent } from './set/secrets.ts';

export interface Applying {
  readonly namespace: string;
  readonly session: KubeSession;
  /** The value of a secret: what objects name by `{ $secret }`. */
  readonly reveal: (name: string) => string;
  /** The fencing token of the lock: an object that a later holder has applied is left to that one. */
  readonly token?: number | undefined;
  readonly dryRun?: boolean;
  /** A field that its kind does not have is refused, and said where it stands: for what we have not made ourselves. */
  readonly strict?: boolean;
  readonly explain?: ((object: KubeObject, problem: Problem) => Problem) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What must be there before others, by kind: then what is asked to run, and what only leads to it. */
const ORDER: readonly (readonly string[])[] = [
  ['Namespace'],
  ['CustomResourceDefinition', 'PriorityClass', 'StorageClass'],
  ['ServiceAccount', 'ResourceQuota', 'LimitRange'],
  ['ClusterRole', 'ClusterRoleBinding', 'Role', 'RoleBinding'],
  ['ConfigMap', 'Secret', 'PersistentVolumeClaim', 'NetworkPolicy', 'Service'],
];

/** Objects that may be applied side by side, group by group. */
export const inOrder = (objects: readonly KubeObject[]): KubeObject[][] => {
  const rank = ({ kind }: KubeObject): number => {
    const found = ORDER.findIndex(kinds => kinds.includes(kind));
    return found < 0 ? ORDER.length : found;
  };
  const ranks = [...new Set(objects.map(rank))].sort((a, b) => a - b);
  return ranks.map(wanted => objects.filter(object => rank(object) === wanted));
};

/** Server-side apply of all of them, the namespace and definitions first; answers with what is there now. */
export const applyAll = async (objects: readonly KubeObject[], applying: Applying): Promise<KubeObject[]> => {
  const there: KubeObject[] = [];
  for (const group of inOrder(objects)) {
    applying.signal?.throwIfAborted();
    there.push(...(await Promise.all(group.map(object => applyOne(object, applying)))));
    await untilServed(group, applying);
  }
  return there;
};

/** How often somebody may come in between before we give up: each time is a status that a controller has written. */
const TRIES = 20;

const applyOne = async (object: KubeObject, applying: Applying): Promise<KubeObject> => {
  // That one says which release runs: nobody who has lost the lock may change it.
  if (!isWorkload(object)) return settledBy(await patch(object, applying), object, applying);
  for (let attempt = 1; ; attempt++) {
    const answer = await patch(await fenced(object, applying), applying);
    if (answer.status !== 409 || attempt === TRIES) return settledBy(answer, object, applying);
  }
};

const settledBy = (answer: KubeAnswer, object: KubeObject, { explain }: Applying): KubeObject => {
  if (answer.status < 300) return answer.body as KubeObject;
  const problem = refused(refusalIn(answer), `apply ${objectKey(object)}`);
  throw new BytechatError(explain ? explain(object, problem) : problem);
};

const fenced = async (object: KubeObject, applying: Applying): Promise<KubeObject> => {
  const { session, namespace, token = 0, signal } = applying;
  const found = await session.ask({ path: await pathOf(object, namespace, session), signal });
  const { metadata } = (found.status === 200 ? found.body : {}) as Partial<KubeObject>;
  const seen = Number(metadata?.annotations?.[OWN.token] ?? 0);
  if (seen > token) throw new BytechatError(tooLate(object));
  return {
    ...object,
    metadata: {
      ...object.metadata,
      // Without it a version that somebody has written meanwhile would be overwritten unseen.
      ...(metadata?.resourceVersion !== undefined && { resourceVersion: metadata.resourceVersion }),
      annotations: { ...object.metadata.annotations, [OWN.token]: String(token) },
    },
  };
};

const tooLate = (object: KubeObject) => ({
  code: 'lock-lost' as const,
  message: `${objectKey(object)} was changed by a later deploy`,
  because: 'this one had lost its lock by then, and changes nothing any more',
  fix: 'bytechat status, then deploy again',
});

/** Server-side apply of one object, forced. */
export const patch = async (object: KubeObject, applying: Applying): Promise<KubeAnswer> => {
  const { reveal, strict } = applying;
  const body = strict ? asSent(object, reveal) : revealed(object, reveal);
  const sending: Sending = { path: await pathOf(object, applying.namespace, applying.session), body };
  const answer = await send({ ...sending, type: APPLY }, applying);
  return answer.status === 422 ? withWholeLists(answer, sending, applying) : answer;
};

/**
 * What somebody else has put into a list beside our items may not go together with them (a port of the same name): a
 * merge patch (RFC 7396) makes the lists ours as a whole. Where that is refused too, what was said first is the reason.
 */
const withWholeLists = async (first: KubeAnswer, sending: Sending, applying: Applying): Promise<KubeAnswer> => {
  const whole = await send({ ...sending, type: MERGE }, applying);
  if (whole.status >= 300) return whole.status === 409 ? whole : first;
  return applying.dryRun ? whole : send({ ...sending, type: APPLY }, applying);
};

interface Sending {
  readonly path: string;
  readonly body: unknown;
}

const APPLY = 'application/apply-patch+yaml';
const MERGE = 'application/merge-patch+json';

const send = ({ path, body, type }: Sending & { readonly type: string }, applying: Applying): Promise<KubeAnswer> => {
  const { session, dryRun, strict, signal } = applying;
  const query = new URLSearchParams({
    fieldManager: OWN.manager,
    ...(type === APPLY && { force: 'true' }),
    ...(dryRun && { dryRun: 'All' }),
    ...(strict && { fieldValidation: 'Strict' }),
  });
  return session.ask({ method: 'PATCH', path: `${path}?${query}`, type, body, signal });
};

/** The object with the values of its secrets: only the cluster gets to see it. */
const revealed = (object: KubeObject, reveal: Applying['reveal']): Json =>
  mapJson(object as Json, value => {
    if (isDockerConfigRef(value)) return dockerConfig(value, reveal);
    return isSecretRef(value) ? reveal(value.$secret) : value;
  });

const dockerConfig = ({ $dockerConfig }: DockerConfigRef, reveal: Applying['reveal']): string => {
  const { host, username, password } = $dockerConfig;
  const known = reveal(password.$secret);
  const auth = Buffer.from(`${username}:${known}`).toString('base64');
  return JSON.stringify({ auths: { [dockerKeyOf(host)]: { username, password: known, auth } } });
};
