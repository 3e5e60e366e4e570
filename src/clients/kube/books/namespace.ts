import { BytechatError, type Problem } from '../../../core/problem.ts';
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
