import { calledIn, idOf, type Member, type ObjectRef, refOf, type SetFact } from '../../../core/facts/kube-set.ts';
import { allFieldChanges, type FieldChange, fieldChanges } from '../../../core/field-changes.ts';
import type { JsonObject } from '../../../core/json.ts';
import { type ClusterRef, type KubeObject, OWN } from '../../../core/kube.ts';
import type { Problem } from '../../../core/problem.ts';
import { collection, servedAs } from '../kinds.ts';
import { asWanted } from '../look.ts';
import { good } from '../problems.ts';
import { KINDS, type Kind } from '../rollout/kinds.ts';
import { selectorText } from '../rollout/list.ts';
import type { Workload } from '../rollout/objects.ts';
import type { KubeSession } from '../session.ts';
import { besidesIn } from './besides.ts';
import { hashOf, type Inventory, readInventory } from './inventory.ts';
import { asSent, masked } from './secrets.ts';
import { tryObject } from './try.ts';

export interface SetRequest extends ClusterRef {
  /** Of the set. */
  readonly name: string;
  /** Those that are wanted; none when only what is there is asked for. */
  readonly objects: readonly KubeObject[];
}

/** What the server says against an object, and of which field. */
export interface Refused {
  readonly id: string;
  readonly field: string;
  readonly problem: Problem;
}

export interface Looked extends Omit<SetFact, 'problems'> {
  readonly refused: readonly Refused[];
}

interface Looking {
  readonly request: SetRequest;
  readonly session: KubeSession;
  readonly inventory: Inventory;
  readonly reveal: (name: string) => string;
}

/** Everything of a set, and what applying the wanted objects would change. Only reads, and asks for dry runs. */
export const lookAtSet = async (
  request: SetRequest,
  session: KubeSession,
  reveal: (name: string) => string,
): Promise<Looked> => {
  const { namespace, objects } = request;
  const inventory = await readInventory(request);
  const looking: Looking = { request, session, inventory, reveal };
  const id = (ref: ObjectRef): string => idOf(ref, namespace);
  const refs = new Map([...inventory.refs, ...objects.map(refOf)].map(ref => [id(ref), ref]));
  const seen = await sideBySide([...refs.values()], ref => memberOf(ref, looking));
  const wanted = new Set(objects.map(id));
  const kept = new Set(inventory.refs.map(id));
  return {
    members: seen.map(({ member }) => member),
    before: inventory.objects,
    recorded: inventory.hash === hashOf(objects) && [...wanted].every(each => kept.has(each)),
    claims: (await sideBySide(seen, ({ live }) => claimsOf(live, looking))).flat(),
    refused: seen.flatMap(({ refused }) => refused),
  };
};

/** As many requests at a time as one connection pool bears well. */
const AT_ONCE = 16;

export const sideBySide = async <Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> => {
  const results: Result[] = [];
  for (let at = 0; at < items.length; at += AT_ONCE)
    results.push(...(await Promise.all(items.slice(at, at + AT_ONCE).map(work))));
  return results;
};

/** The object as the API has it; undefined when it is not there, or nothing of its kind can be. */
export const liveObject = async (
  ref: ObjectRef,
  namespace: string,
  session: KubeSession,
): Promise<KubeObject | undefined> => {
  const resource = await servedAs(ref, session);
  if (!resource) return undefined;
  const path = `${collection(resource, ref.metadata.namespace ?? namespace)}/${ref.metadata.name}`;
  const answer = await session.ask({ path });
  return answer.status === 404 ? undefined : good<KubeObject>(answer, `read ${calledIn(ref, namespace)}`);
};

interface Seen {
  readonly member: Member;
  readonly live: KubeObject | undefined;
  readonly refused: readonly Refused[];
}

const memberOf = async (ref: ObjectRef & JsonObject, looking: Looking): Promise<Seen> => {
  const { request, session, inventory } = looking;
  const { namespace } = request;
  const isIt = (other: ObjectRef): boolean => idOf(other, namespace) === idOf(ref, namespace);
  const wanted = request.objects.find(isIt);
  const live = await liveObject(ref, namespace, session);
  const before = inventory.objects.find(isIt);
  const owner = live?.metadata.labels?.[OWN.app] ?? '';
  const isForeign = owner !== '' && owner !== request.name;
  const { refused, ...found } =
    wanted && !isForeign
      ? await comparison(wanted, live, looking)
      : { changes: [], besides: [], same: wanted === undefined, refused: [] };
  const member: Member = {
    ref,
    wanted: wanted !== undefined,
    known: inventory.refs.some(isIt),
    there: live !== undefined,
    owner,
    ...found,
    drift: live && before ? fieldChanges(before, asWanted(live)) : [],
    settled: live !== undefined && isSettled(live),
  };
  return { member, live, refused };
};

const isSettled = (object: KubeObject): boolean => {
  const kind = workloadKind(object);
  return kind === undefined || KINDS[kind].isDone(object as unknown as Workload);
};

/** What a rollout can be waited for. */
export const workloadKind = ({ apiVersion, kind }: ObjectRef | KubeObject): Kind | undefined =>
  kind in KINDS && KINDS[kind as Kind].group === apiVersion ? (kind as Kind) : undefined;

type Compared = Pick<Member, 'changes' | 'besides' | 'same'> & Pick<Seen, 'refused'>;

const comparison = async (wanted: KubeObject, live: KubeObject | undefined, looking: Looking): Promise<Compared> => {
  const sent = asSent(wanted, looking.reveal);
  const there = live && plain(live, sent);
  const here = plain(sent, sent);
  const seen = there ? fieldChanges(here, there) : [];
  const besides = live && there ? besidesIn(live, there, here) : [];
  if (there && seen.length === 0) return { changes: [], besides, same: true, refused: [] };
  return { besides, ...(await trial(wanted, { seen, there, sent }, looking)) };
};

interface Compare {
  readonly seen: readonly FieldChange[];
  readonly there: KubeObject | undefined;
  readonly sent: KubeObject;
}

/** A server that is asked what would come of it has the last word: it writes many values in its own way. */
const trial = async (wanted: KubeObject, { seen, there, sent }: Compare, looking: Looking) => {
  const tried = await tryObject(wanted, looking.request.namespace, looking);
  if ('refused' in tried) return { changes: seen, same: false, refused: [tried.refused] };
  if (!tried.object || !there) return { changes: seen, same: false, refused: [] };
  const changes = allFieldChanges(there, plain(tried.object, sent));
  return { changes, same: changes.length === 0, refused: [] };
};

/** Without what changes by itself, and without a value that is secret. */
const plain = (object: KubeObject, sent: KubeObject): KubeObject => {
  const { status: _status, metadata, ...rest } = object;
  const { name, labels, annotations, finalizers } = metadata;
  return masked({ ...rest, metadata: { name, labels, annotations, finalizers } } as KubeObject, sent);
};

/** What a StatefulSet has made for its pods has its selector's labels and its name: `data-shop-0`. */
const claimsOf = async (
  live: KubeObject | undefined,
  { session, request }: Looking,
): Promise<readonly (ObjectRef & JsonObject)[]> => {
  if (!live || workloadKind(live) !== 'StatefulSet') return [];
  const { selector, volumeClaimTemplates = [] } = live.spec as unknown as {
    selector: Parameters<typeof selectorText>[0];
    volumeClaimTemplates?: readonly KubeObject[];
  };
  if (volumeClaimTemplates.length === 0) return [];
  const namespace = live.metadata.namespace ?? request.namespace;
  const labels = encodeURIComponent(selectorText(selector));
  const path = `/api/v1/namespaces/${namespace}/persistentvolumeclaims?labelSelector=${labels}`;
  const { items } = good<{ items: KubeObject[] }>(await session.ask({ path }), `list claims in ${namespace}`);
  const begins = volumeClaimTemplates.map(({ metadata }) => `${metadata.name}-${live.metadata.name}-`);
  return items
    .filter(({ metadata }) => begins.some(begin => metadata.name.startsWith(begin)))
    .map(({ metadata }) => ({
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: metadata.name, namespace, uid: String(metadata.uid) },
    }));
};
