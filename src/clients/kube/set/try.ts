import { idOf } from '../../../core/facts/kube-set.ts';
import { type KubeObject, objectKey } from '../../../core/kube.ts';
import type { Problem } from '../../../core/problem.ts';
import { patch } from '../apply.ts';
import { servedAs } from '../kinds.ts';
import { refusalIn, refused } from '../problems.ts';
import type { KubeAnswer, KubeSession } from '../session.ts';
import type { Refused } from './look.ts';

interface Trying {
  readonly session: KubeSession;
  readonly reveal: (name: string) => string;
}

/** The object as it would be; without one where nobody can say yet, because what it needs comes with it. */
export type Tried = { readonly object: KubeObject | undefined } | { readonly refused: Refused };

/** What would come of applying it: a dry run, with a field that nobody knows refused. */
export const tryObject = async (object: KubeObject, namespace: string, trying: Trying): Promise<Tried> => {
  if (!(await servedAs(object, trying.session))) return { object: undefined };
  const answer = await patch(object, { ...trying, namespace, dryRun: true, strict: true });
  if (answer.status < 300) return { object: answer.body as KubeObject };
  // 404: its namespace is not there yet. 403 without a word of admission: who may only look may still compare.
  if (answer.status === 404 || isLookingOnly(answer, object)) return { object: undefined };
  return { refused: { id: idOf(object, namespace), ...told(answer, object) } };
};

const isLookingOnly = (answer: KubeAnswer, object: KubeObject): boolean =>
  answer.status === 403 && refused(refusalIn(answer), `apply ${objectKey(object)}`).code === 'no-permission';

/** The server's words as a Problem, and the field that they are about; empty: the whole object. */
export const told = (answer: KubeAnswer, object: KubeObject): { readonly field: string; readonly problem: Problem } => {
  const refusal = refusalIn(answer);
  const [field, said] = fieldIn(answer, refusal.message);
  const problem = refused(refusal, `apply ${objectKey(object)}`);
  if (field === '') return { field, problem };
  return {
    field,
    problem: {
      code: said.startsWith('field not declared')
        ? 'unknown-key'
        : problem.code === 'cluster-refused'
          ? 'invalid-value'
          : problem.code,
      message: said.startsWith('field not declared')
        ? `${object.kind} of ${object.apiVersion} has no field ${field}`
        : `${objectKey(object)}: ${field}: ${said}`,
      because: said.startsWith('field not declared')
        ? `the schema of the cluster does not know it`
        : `the cluster refuses it`,
      fix: /immutable/.test(said)
        ? `it can only be made anew: bytechat kube delete it first, or give it another name`
        : 'correct it, or kubectl explain shows what is allowed',
    },
  };
};

interface Causes {
  readonly details?: { readonly causes?: readonly { readonly field?: string; readonly message?: string }[] };
}

/** Of several, the first. */
const fieldIn = ({ body }: KubeAnswer, message: string): readonly [field: string, said: string] => {
  const [cause] = (body as Causes).details?.causes ?? [];
  if (cause?.field) return [cause.field, cause.message ?? message];
  const [, field = '', said = ''] = /(?:^|[\s:])\.([A-Za-z][^\s]*?): (.+)$/m.exec(message) ?? [];
  return [field, said];
};
