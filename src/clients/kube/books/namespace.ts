import { type KubeObject, OWN } from '../../../core/kube.ts';
import { BytechatError, type Problem } from '../../../core/problem.ts';
import { pause } from '../../../engine/pause.ts';
import { good } from '../problems.ts';
import { askPatiently, type BooksAt } from './at.ts';

interface Namespace {
  readonly status?: { readonly phase?: string };
}

/**
 * Makes the namespace when it is missing; one that is there is left as it is. Whoever may not read namespaces is taken
 * to have been given one. A namespace that is being deleted is a Problem: nothing can be made in it.
 */
export const ensureNamespace = async (
  at: BooksAt,
  labels: { readonly [key: string]: string },
): Promise<'made' | 'there'> => {
  const name = at.namespace;
  const found = await askPatiently(at, { path: `/api/v1/namespaces/${name}` });
  if (found.status === 403) return 'there';
  if (found.status !== 404) {
    const { status } = good<Namespace>(found, `read the namespace ${name}`);
    if (status?.phase === 'Terminating') throw new BytechatError(goingProblem(name));
    return 'there';
  }
  const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } };
  const made = await askPatiently(at, { method: 'POST', path: '/api/v1/namespaces', body });
  if (made.status === 409) return 'there';
  good(made, `create the namespace ${name}`);
  return 'made';
};

const goingProblem = (name: string): Problem => ({
  code: 'cluster-refused',
  message: `The namespace ${name} is being deleted`,
  because: 'nothing can be made in it until it is gone',
  fix: `kubectl wait --for=delete namespace/${name} --timeout=2m, then try again`,
});

/** Deletes the namespace when bytechat has made it for this app, and waits until it is gone with all that is in it. */
export const forgetNamespace = async (at: BooksAt): Promise<void> => {
  const path = `/api/v1/namespaces/${at.namespace}`;
  const found = await askPatiently(at, { path });
  if (found.status === 404 || found.status === 403) return;
  const { metadata } = good<KubeObject>(found, `read the namespace ${at.namespace}`);
  if (metadata.labels?.[OWN.app] !== at.name) return;
  good(await askPatiently(at, { method: 'DELETE', path }), `delete the namespace ${at.namespace}`);
  while ((await askPatiently(at, { path })).status !== 404) await pause(LOOK_MS, undefined);
};

const LOOK_MS = 500;
