import { type KubeObject, OWN } from '../../core/kube.ts';
import { BytechatError } from '../../core/problem.ts';
import { pause } from '../../engine/pause.ts';
import { pathOf } from './kinds.ts';
import { good, refusalIn, refused } from './problems.ts';
import type { KubeSession } from './session.ts';

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
  const gone: string[] = [];
  for (const object of [...objects].reverse()) {
    removing.signal?.throwIfAborted();
    if (await remove(object, removing)) gone.push(`${object.kind}/${object.metadata.name}`);
  }
  for (const object of objects) await untilGone(object, removing);
  return gone;
};

const remove = async (object: Named, { namespace, name, session, signal }: Removing): Promise<boolean> => {
  const path = await pathOf(object as KubeObject, namespace, session);
  const found = await session.ask({ path, signal });
  if (found.status === 404) return false;
  const { metadata } = good<KubeObject>(found, `read ${object.kind}/${object.metadata.name}`);
  // Somebody has taken the name meanwhile, or the label away: it is not ours to delete any more.
  if (metadata.labels?.[OWN.app] !== name) return false;
  const preconditions = { uid: metadata.uid };
  const body = { kind: 'DeleteOptions', apiVersion: 'v1', propagationPolicy: 'Foreground', preconditions };
  const answer = await session.ask({ method: 'DELETE', path, body, signal });
  if (answer.status < 300 || answer.status === 404) return true;
  throw new BytechatError(refused(refusalIn(answer), `delete ${object.kind}/${object.metadata.name}`));
};

const LOOK_MS = 250;

const untilGone = async (object: Named, { namespace, session, signal, onLine }: Removing): Promise<void> => {
  const path = await pathOf(object as KubeObject, namespace, session);
  for (let told = false; ; told = true) {
    const { status } = await session.ask({ path, signal });
    if (status === 404 || status === 403) return;
    if (!told) onLine?.(`${object.kind}/${object.metadata.name} ends`);
    await pause(LOOK_MS, signal);
  }
};
