import { gunzipSync } from 'node:zlib';
import type { HelmReleaseFact } from '../../core/facts/cluster.ts';
import type { JsonObject } from '../../core/json.ts';
import type { KubeObject } from '../../core/kube.ts';
import { BytechatError } from '../../core/problem.ts';
import type { CallOptions } from '../../core/runner.ts';
import { type HelmName, helmFact, type Revision, revisionsIn } from './helm.ts';
import { good } from './problems.ts';
import { KINDS, type Kind } from './rollout/kinds.ts';
import type { Workload } from './rollout/objects.ts';
import { workloadPath } from './rollout/request.ts';
import { waitForRollout } from './rollout/wait.ts';
import type { KubeSession } from './session.ts';

/** Every release of the namespace, by its name. */
export const helmReleasesIn = async (namespace: string, session: KubeSession): Promise<readonly HelmReleaseFact[]> => {
  const [revisions = [], workloads] = await Promise.all([
    revisionsIn({ namespace }, session),
    workloadsOfHelm(namespace, session),
  ]);
  const names = [...new Set(revisions.map(({ of }) => of))].sort();
  return Promise.all(
    names.map(async name => {
      const own = revisions.filter(({ of }) => of === name);
      const told = await toldBy(own.at(-1) as Revision, namespace, session);
      const running = workloads.filter(({ object }) => releaseOf(object) === name);
      return {
        name,
        ...(helmFact(own) as NonNullable<ReturnType<typeof helmFact>>),
        ...told,
        workloads: running.map(countsOf),
      };
    }),
  );
};

interface Stored {
  readonly info?: { readonly last_deployed?: string; readonly description?: string };
  readonly chart?: { readonly metadata?: { readonly name?: string; readonly version?: string } };
}

/** Values and manifest are in there too, with every secret: they are left where they are. */
const toldBy = async ({ of, revision }: Revision, namespace: string, session: KubeSession) => {
  const path = `/api/v1/namespaces/${namespace}/secrets/sh.helm.release.v1.${of}.v${revision}`;
  const answer = await session.ask({ path });
  const { data } = (answer.status === 200 ? answer.body : {}) as { data?: { release?: string } };
  const { info = {}, chart: { metadata = {} } = {} } = decoded(data?.release ?? '');
  const at = Date.parse(info.last_deployed ?? '');
  return {
    chart: metadata.name === undefined ? '' : `${metadata.name}-${metadata.version ?? ''}`,
    updated: Number.isNaN(at) ? '' : new Date(at).toISOString(),
    description: info.description ?? '',
  };
};

/** A Secret encodes what Helm has encoded already; it is packed with gzip. */
const decoded = (text: string): Stored => {
  const bytes = Buffer.from(Buffer.from(text, 'base64').toString(), 'base64');
  try {
    return JSON.parse(gunzipSync(bytes).toString()) as Stored;
  } catch {
    return {};
  }
};

interface Found {
  readonly kind: Kind;
  readonly object: KubeObject;
}

/** Helm labels all that it makes, and says of which release it is. */
const workloadsOfHelm = async (namespace: string, session: KubeSession): Promise<Found[]> => {
  const selector = encodeURIComponent('app.kubernetes.io/managed-by=Helm');
  const lists = (Object.keys(KINDS) as Kind[]).map(async kind => {
    const answer = await session.ask({
      path: `${workloadPath({ namespace, kind, name: '' })}?labelSelector=${selector}`,
    });
    if (answer.status === 403) return [];
    const { items } = good<{ items: KubeObject[] }>(answer, `list ${KINDS[kind].plural} in ${namespace}`);
    return items.map(object => ({ kind, object }));
  });
  return (await Promise.all(lists)).flat();
};

const releaseOf = ({ metadata }: KubeObject): string | undefined => metadata.annotations?.['meta.helm.sh/release-name'];

const countsOf = ({ kind, object }: Found) => {
  const { status = {} } = object as { status?: { readyReplicas?: number; numberReady?: number; succeeded?: number } };
  return {
    kind,
    name: object.metadata.name,
    ready: status.readyReplicas ?? status.numberReady ?? status.succeeded ?? 0,
    wanted: KINDS[kind].wanted(object as unknown as Workload),
  };
};

export interface AllRollouts extends HelmName {
  /** Of each, in ms. */
  readonly timeoutMs: number;
}

/** Until everything that a release runs in its namespace is up; the first that cannot be says why, and the rest is let be. */
export const waitForRelease = async (
  { namespace, name, timeoutMs }: AllRollouts,
  session: KubeSession,
  options: CallOptions,
): Promise<JsonObject> => {
  const over = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, over.signal]) : over.signal;
  const running = (await workloadsOfHelm(namespace, session)).filter(({ object }) => releaseOf(object) === name);
  const waits = running.map(({ kind, object }) =>
    waitForRollout({ namespace, kind, name: object.metadata.name, timeoutMs }, session, { ...options, signal }),
  );
  try {
    await Promise.all(waits);
  } finally {
    over.abort(new BytechatError({ code: 'interrupted', message: 'Another one has failed' }));
    await Promise.allSettled(waits);
  }
  return { detail: `${running.length} ${running.length === 1 ? 'workload' : 'workloads'} ready` };
};
