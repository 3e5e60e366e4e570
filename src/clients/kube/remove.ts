import { type KubeObject, OWN } from '../../core/kube.ts';
import { BytechatError, type Problem } from '../../core/problem.ts';
import { pause } from '../../engine/pause.ts';
import { pathOf, servedAs } from './kinds.ts';
import { good, refusalIn, refused } from './problems.ts';
import type { KubeSession } from './session.ts';
import { isDefinition, usedByOthers } from './set/definitions.ts';

export interface Removing {
  readonly namespace: string;
  /** Only what has this app's label goes, whatever is named. */
  readonly name: string;
  readonly session: KubeSession;
  readonly signal?: AbortSignal | undefined;
  readonly onLine?: ((line: string) => void) | undefined;
}

type Named = Pick<KubeObject, 'apiVersion' | 'kind' | 'metadata'>;

/** Deletes objects, the last made first, and waits until they are gone: their pods too. What is gone already is fine. */
export const removeAll = async (objects: readonly Named[], removing: Removing): Promise<readonly string[]> => {
  for (const object of objects.filter(isDefinition)) await mustBeUnused(object, removing);
  const gone: Named[] = [];
  for (const object of [...objects].reverse()) {
    removing.signal?.throwIfAborted();
    if (await remove(object, removing)) gone.push(object);
  }
  for (const object of gone) await untilGone(object, removing);
  return gone.map(({ kind, metadata }) => `${kind}/${metadata.name}`);
};

const remove = async (object: Named, { namespace, name, session, signal }: Removing): Promise<boolean> => {
  // Of what was never defined, or is not any more, there is none.
  if (!(await servedAs(object, session))) return false;
  const path = await pathOf(object as KubeObject, namespace, session);
  const found = await session.ask({ path, signal });
  if (found.status === 404) return false;
  const there = good<KubeObject>(found, `read ${object.kind}/${object.metadata.name}`);
  const { metadata } = there;
  // Somebody has taken the name meanwhile, or the label away: it is not ours to delete any more.
  if (!isOf(name, there) && !isVeryOne(object, there)) return false;
  const preconditions = { uid: metadata.uid };
  const body = { kind: 'DeleteOptions', apiVersion: 'v1', propagationPolicy: 'Foreground', preconditions };
  const answer = await session.ask({ method: 'DELETE', path, body, signal });
  if (answer.status < 300 || answer.status === 404) return true;
  throw new BytechatError(refused(refusalIn(answer), `delete ${object.kind}/${object.metadata.name}`));
};

/** What a controller of ours has made has no label of ours: it was named with its uid. */
const isVeryOne = ({ metadata }: Named, there: KubeObject): boolean =>
  metadata.uid !== undefined && metadata.uid === there.metadata.uid;

const isOf = (name: string, { metadata }: KubeObject): boolean => metadata.labels?.[OWN.app] === name;

/** Known before the first object goes. */
const mustBeUnused = async (object: Named, { namespace, name, session, signal }: Removing): Promise<void> => {
  const found = await session.ask({ path: await pathOf(object as KubeObject, namespace, session), signal });
  if (found.status === 404) return;
  const there = good<KubeObject>(found, `read ${object.kind}/${object.metadata.name}`);
  const others = isOf(name, there) ? await usedByOthers(there, { session, isOurs: each => isOf(name, each) }) : [];
  if (others.length > 0) throw new BytechatError(inUse(object, others));
};

const inUse = ({ kind, metadata }: Named, others: readonly string[]): Problem => ({
  code: 'name-taken',
  message: `${kind}/${metadata.name} cannot be deleted: ${others.length} of its objects are not of this set`,
  because: `they would go with it: ${others.slice(0, 5).join(', ')}`,
  fix: 'delete those first, if nobody needs them',
});

/** Most are gone at once; pods take their time. */
const [SOON_MS, LOOK_MS] = [20, 250];

const untilGone = async (object: Named, { namespace, session, signal, onLine }: Removing): Promise<void> => {
  const path = await pathOf(object as KubeObject, namespace, session);
  for (let wait = SOON_MS; ; wait = Math.min(2 * wait, LOOK_MS)) {
    const { status } = await session.ask({ path, signal });
    if (status === 404 || status === 403) return;
    if (wait === SOON_MS) onLine?.(`${object.kind}/${object.metadata.name} ends`);
    await pause(wait, signal);
  }
};
