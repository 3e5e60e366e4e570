import type { Json, JsonObject } from '../core/json.ts';
import type { ClusterRef, KubeObject } from '../core/kube.ts';
import { BytechatError, type Place, type Problem } from '../core/problem.ts';
import type { CallOptions, Client } from '../core/runner.ts';
import { missingRights } from './kube/access.ts';
import { applyAll } from './kube/apply.ts';
import { leaseLock } from './kube/books/lease-lock.ts';
import { clusterReleases } from './kube/books/releases.ts';
import { certificateIn } from './kube/certificate.ts';
import { helmAtRest } from './kube/helm.ts';
import { forgetHelm, giveToHelm, takeFromHelm } from './kube/helm-owner.ts';
import { helmReleasesIn, waitForRelease } from './kube/helm-releases.ts';
import { tellLogs } from './kube/logs.ts';
import { look } from './kube/look.ts';
import { good } from './kube/problems.ts';
import { removeAll } from './kube/remove.ts';
import { rolloutEvidence } from './kube/rollout/evidence.ts';
import { replaceStuckPods } from './kube/rollout/stuck.ts';
import { waitForRollout } from './kube/rollout/wait.ts';
import type { KubeSession } from './kube/session.ts';
import { sessionFor } from './kube/sessions.ts';
import { writeInventory } from './kube/set/inventory.ts';
import { lookAtSet } from './kube/set/look.ts';
import { podsOfSet } from './kube/set/pods.ts';
import { evidenceOfAll, waitForAll } from './kube/set/rollouts.ts';
import { statusOfSet } from './kube/set/status.ts';
import { classesThere, kindsServed, platformsOfNodes, quotaOf } from './kube/surroundings.ts';
import { clearNamespaces } from './kube/whole/clear.ts';
import { tenantsOf } from './kube/whole/tenants.ts';

const nobody = (name: string): string => {
  throw new Error(`nobody tells the secret ${name}`);
};

/** Whoever wrote the object is shown where. */
const explainer =
  (objects: readonly KubeObject[], places: readonly Place[]) =>
  (object: KubeObject, problem: Problem): Problem => {
    const where = places[objects.indexOf(object)];
    return { ...problem, ...(where && { where }) };
  };

type Asked = ClusterRef & JsonObject;
type Method = (request: Asked, session: KubeSession, options: CallOptions) => Promise<Json>;

/** Everything that a plan or an observer asks of a cluster, by name; one table, so that no two have the same. */
const methods: Readonly<Record<string, Method>> = {
  look: async (request, session) => (await look(request as never, session)) as unknown as Json,

  apply: async ({ objects, namespace, dryRun, places }, session, { token, reveal = nobody, signal }) => {
    const list = objects as unknown as readonly KubeObject[];
    const written = places === undefined ? {} : { strict: true, explain: explainer(list, places as never) };
    await applyAll(list, { namespace, session, token, signal, reveal, dryRun: dryRun === true, ...written });
    return { detail: `${list.length} ${list.length === 1 ? 'object' : 'objects'}` };
  },

  set: async (request, session, { reveal = nobody }) =>
    (await lookAtSet(request as never, session, reveal)) as unknown as Json,

  status: async (request, session) => (await statusOfSet(request as never, session)) as unknown as Json,

  pods: async (request, session) => (await podsOfSet(request as never, session)) as unknown as Json,

  inventory: async request => {
    await writeInventory(request as never, request as never);
    return {};
  },

  rollouts: (request, session, options) => waitForAll(request as never, session, options),

  remove: async ({ objects, namespace, name }, session, { signal, onLine }) => {
    const list = objects as unknown as readonly KubeObject[];
    const gone = await removeAll(list, { namespace, name: String(name), session, signal, onLine });
    return { detail: `${gone.length} gone` };
  },

  rollout: async (request, session, options) =>
    (await waitForRollout(request as never, session, options)) as unknown as Json,

  replace: async (request, session) => {
    const gone = await replaceStuckPods(request as never, session);
    return gone.length === 0 ? {} : { detail: `${gone.join(', ')} replaced` };
  },

  evidence: (request, session) =>
    request.workloads === undefined
      ? rolloutEvidence(request as never, session)
      : evidenceOfAll(request as never, session),

  tenants: async (_request, session) => (await tenantsOf(session)) as unknown as Json,

  clear: async (request, session, options) =>
    told(await clearNamespaces(request as never, session, options), 'gone, with balancers and disks'),

  history: async request => (await clusterReleases(request as never).list()) as unknown as Json,

  lock: async request => ((await leaseLock(request as never).status()) ?? null) as unknown as Json,

  access: async (request, session) => (await missingRights(request as never, session)) as unknown as Json,

  classes: async (_request, session) => (await classesThere(session)) as unknown as Json,

  quota: async ({ namespace }, session) => (await quotaOf(namespace, session)) as unknown as Json,

  nodes: (_request, session) => platformsOfNodes(session),

  served: async ({ kinds }, session) => (await kindsServed(kinds as never, session)) as unknown as Json,

  certificate: async (request, session) => (await certificateIn(request as never, session)) as unknown as Json,

  logs: async (request, session, options) => {
    const pods = await tellLogs(request as never, session, options);
    return { detail: pods.join(', ') };
  },

  releases: async ({ namespace }, session) => (await helmReleasesIn(namespace, session)) as unknown as Json,

  helm: async (request, session, { signal }) => {
    const found = await helmAtRest(request as never, session, signal);
    return found ? { ...found, detail: `revision ${found.revision}` } : {};
  },

  settle: async (request, session, { signal }) => {
    await helmAtRest(request as never, session, signal);
    return {};
  },

  adopt: async (request, session) => told(await giveToHelm(request as never, session), 'now of Helm'),

  disown: async (request, session) => told(await takeFromHelm(request as never, session), 'no longer of Helm'),

  forget: async (request, session) => told(await forgetHelm(request as never, session), 'forgotten'),

  releaseRollouts: async (request, session, options) => waitForRelease(request as never, session, options),
};

const told = ({ length }: readonly string[], what: string): Json =>
  length === 0 ? {} : { detail: `${length} ${what}` };

/** One Kubernetes cluster: that of the request, or the kubeconfig's current one. */
export const kube: Client = async ({ method, request }, options) => {
  const asked = request as unknown as Asked;
  if (method === 'cluster') return clusterOf(asked);
  const work = methods[method];
  if (!work) throw new Error(`kube has no ${method}`);
  return work(asked, await sessionFor(asked), options);
};

const GLANCE_MS = 5000;

/** Which cluster it is, and whether it answers. That it does not is an answer. */
const clusterOf = async (at: ClusterRef): Promise<Json> => {
  let session: KubeSession | undefined;
  try {
    session = await sessionFor(at);
    const answer = await session.ask({ path: '/version', timeoutMs: GLANCE_MS });
    const { gitVersion } = good<{ gitVersion: string }>(answer, 'say which version it is');
    return { context: session.context, server: session.server, version: gitVersion, problem: null };
  } catch (error) {
    if (!(error instanceof BytechatError)) throw error;
    const { context: named = at.context ?? '', server = '' } = session ?? {};
    return { context: named, server, version: '', problem: error.problem as unknown as Json };
  }
};
