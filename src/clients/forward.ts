import { once } from 'node:events';
import { delimiter, resolve } from 'node:path';
import process from 'node:process';
import { isDeepStrictEqual } from 'node:util';
import type { ForwardSpec, ForwardState, Ports } from '../core/forward.ts';
import type { GkeRef } from '../core/google.ts';
import type { Json } from '../core/json.ts';
import type { ClusterRef } from '../core/kube.ts';
import { BytechatError, type Problem } from '../core/problem.ts';
import type { CallOptions, Client } from '../core/runner.ts';
import { urlOf } from '../core/url.ts';
import { readIfThere } from '../engine/files.ts';
import { sha256 } from '../engine/hash.ts';
import { alone, endProcess, type Found, find, forget, start } from './forward/process.ts';
import type { KubeSession } from './kube/session.ts';

/** A port of this machine that leads to the ready pods of a Service: see `src/forwarder`. */
export const forward: Client = async ({ method, request }, options) => {
  if (method === 'ensure') return ensure(request as unknown as EnsureRequest, options);
  if (method === 'status') return status(String(request.folder));
  if (method === 'end') return end(String(request.folder), options);
  if (method === 'serve') return serve(request as unknown as ServeRequest, options);
  throw new Error(`forward has no ${method}`);
};

interface ServeRequest extends ClusterRef {
  /** Of the Service. */
  readonly name: string;
  /** Of the container. */
  readonly port: number;
  readonly host: string;
  /** Of this machine: the first free one is taken. */
  readonly ports: Ports;
}

interface EnsureRequest extends ServeRequest {
  /** Keeps its state: one folder for each project and target. */
  readonly folder: string;
  /** The program of the forwarder, one file. */
  readonly program: string;
}

const ensure = async (request: EnsureRequest, { signal }: CallOptions): Promise<Json> => {
  const { folder, program } = request;
  const [spec, version] = [await specOf(request), sha256((await readIfThere(program)) ?? '')];
  const wanted = (found: Found | undefined): ForwardState | undefined => asWanted(found, spec, version);
  const running = wanted(await find(folder));
  if (running) return told(running, 'runs already');
  return alone(folder, signal, async () => {
    // Whoever we have waited for may have done it.
    const before = await find(folder);
    const meanwhile = wanted(before);
    if (meanwhile) return told(meanwhile, 'runs already');
    await mustBeThere(spec);
    if (before) await endProcess(before.state);
    const begin = { spec, version, folder, ...(before && { before: before.state.port }) };
    const { pid, port } = await start(program, begin);
    return told({ host: spec.host, pid, port }, `leads to ${spec.namespace}/${spec.name} in ${spec.context}`);
  });
};

const asWanted = (found: Found | undefined, spec: ForwardSpec, version: string): ForwardState | undefined => {
  if (!found?.lives || found.state.version !== version) return undefined;
  const { pid: _pid, started: _started, port: _port, since: _since, version: _version, ...its } = found.state;
  return isDeepStrictEqual(its, spec) ? found.state : undefined;
};

const told = ({ host, port, pid }: Pick<ForwardState, 'host' | 'port' | 'pid'>, detail: string): Json => ({
  url: urlOf(host, port),
  port,
  pid,
  detail,
});

/** Whoever switches contexts later, or works in another folder, must not be led to another cluster. */
const specOf = async ({ context, gke, namespace, name, port, host, ports }: ServeRequest): Promise<ForwardSpec> => ({
  ...(gke
    ? await atGoogle(gke)
    : { kubeconfig: absolute(process.env.KUBECONFIG ?? ''), context: context ?? (await sessionOf({})).context }),
  namespace,
  name,
  containerPort: port,
  host,
  ports: { from: ports.from, to: ports.to },
});

const absolute = (kubeconfig: string): string =>
  kubeconfig
    .split(delimiter)
    .filter(path => path !== '')
    .map(path => resolve(path))
    .join(delimiter);

/** Found here, once: the forwarder itself then needs no more of Google than tokens. */
const atGoogle = async (ref: GkeRef): Promise<Pick<ForwardSpec, 'kubeconfig' | 'context' | 'gke'>> => {
  const { context, gke } = await sessionOf({ gke: ref });
  return { kubeconfig: '', context, ...(gke && { gke }) };
};

const sessionOf = async (at: Pick<ClusterRef, 'context' | 'gke'>): Promise<KubeSession> => {
  const { sessionFor } = await import('./kube/sessions.ts');
  return sessionFor(at);
};

/** What would keep it from leading anywhere is told now, and not in its log. */
const mustBeThere = async (spec: ForwardSpec): Promise<void> => {
  const [session, { isService, slicesOf }] = await Promise.all([sessionOf(spec), import('./kube/forward/pods.ts')]);
  if (!(await isService(session, spec))) throw new BytechatError(noService(spec));
  await slicesOf(session, spec);
};

const noService = ({ context, gke, namespace, name }: ForwardSpec): Problem => ({
  code: 'not-running',
  message: `There is no Service ${name} in namespace ${namespace} of ${context}`,
  fix: `bytechat deploy --target ${gke ? 'gcp' : 'kubernetes'}`,
});

const status = async (folder: string): Promise<Json> => {
  const found = await find(folder);
  if (!found?.lives) return null;
  const { gke, ...state } = found.state;
  return { ...state, ...(gke && { gke: { ...gke } }), ports: { ...state.ports }, url: urlOf(state.host, state.port) };
};

const end = async (folder: string, { signal }: CallOptions): Promise<Json> => {
  if (!(await find(folder))) return { detail: 'nothing ran' };
  return alone(folder, signal, async () => {
    const found = await find(folder);
    if (found) await endProcess(found.state);
    await forget(folder);
    return { detail: found?.lives ? `process ${found.state.pid} ended` : 'nothing ran' };
  });
};

/** The same in this process, until the signal aborts. */
const serve = async (request: ServeRequest, { signal, onLine }: CallOptions): Promise<Json> => {
  const { serveForward } = await import('./kube/forward/serve.ts');
  const spec = await specOf(request);
  await mustBeThere(spec);
  const serving = await serveForward(spec, { say: line => onLine?.(line) });
  onLine?.(`${urlOf(spec.host, serving.port)} leads to ${spec.namespace}/${spec.name} in ${spec.context}`);
  if (!signal?.aborted) await (signal ? once(signal, 'abort') : new Promise(() => {}));
  await serving.end();
  return { url: urlOf(spec.host, serving.port), port: serving.port, detail: 'ended' };
};
