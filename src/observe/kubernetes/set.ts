import { clusterOf } from '../../config/cluster.ts';
import { setName } from '../../config/kube-set.ts';
import { pathIn, type Written } from '../../config/manifests.ts';
import { idOf, type SetFact } from '../../core/facts/kube-set.ts';
import type { Json, JsonObject } from '../../core/json.ts';
import type { Place, Problem } from '../../core/problem.ts';
import type { Observer, Subject } from '../observer.ts';
import { observeCluster } from './cluster.ts';
import { readManifests } from './manifests.ts';

const about = ({ config }: Subject) => ({ ...clusterOf(config), name: setName(config) });

interface Looked extends Omit<SetFact, 'problems'> {
  readonly refused: readonly { readonly id: string; readonly field: string; readonly problem: Problem }[];
}

const NOTHING = { members: [], before: [], recorded: false, claims: [], problems: [] } as const;

/** What there is of a set, compared with what its files say; nothing where these cannot be read, or nobody answers. */
export const observeSet: Observer = async (subject, ask): Promise<Json> => {
  const { written, problems } = await readManifests(subject, ask);
  if (problems.length > 0 || !(await isThere(subject, ask))) return NOTHING;
  const objects = written.map(({ object }) => object) as unknown as JsonObject[];
  const looked = (await ask.call('kube', 'set', { ...about(subject), objects })) as unknown as Looked;
  const { refused, ...set } = looked;
  const { namespace } = subject.config.kubernetes;
  const told = refused.map(({ id, field, problem }): Problem => {
    const at = written.find(({ object }) => idOf(object, namespace) === id);
    return { ...problem, ...(at && { where: placeOf(at, field) }) };
  });
  return { ...set, problems: told } as unknown as Json;
};

/** No excerpt of a Secret: its line may hold the value. */
const placeOf = ({ object, where, at }: Written, field: string): Place => {
  if (field === '') return where;
  const place = at(pathIn(field, object as unknown as Json));
  const { excerpt: _lines, ...bare } = place;
  return object.kind === 'Secret' ? bare : place;
};

const isThere: (...asked: Parameters<Observer>) => Promise<boolean> = async (subject, ask) =>
  Reflect.get(Object(await observeCluster(subject, ask)), 'problem') === null;

const EMPTY = { objects: 0, missing: [], workloads: [], pods: [], services: [], claims: [], events: [] };

export const observeSetStatus: Observer = async (subject, ask): Promise<Json> =>
  (await isThere(subject, ask)) ? ((await ask.call('kube', 'status', about(subject))) ?? EMPTY) : EMPTY;

export const observeSetPods: Observer = async (subject, ask): Promise<Json> =>
  (await isThere(subject, ask)) ? ((await ask.call('kube', 'pods', about(subject))) ?? []) : [];
