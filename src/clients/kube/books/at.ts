import { type ClusterRef, type KubeObject, OWN } from '../../../core/kube.ts';
import { BytechatError } from '../../../core/problem.ts';
import { pause } from '../../../engine/pause.ts';
import type { KubeAnswer, KubeRequest } from '../session.ts';
import { sessionFor } from '../sessions.ts';

/** Where the books of an app are kept: beside its objects. */
export interface BooksAt extends ClusterRef {
  /** The app's object name: `shop-staging`. */
  readonly name: string;
}

/** The objects: their API, and their names after the app's. */
const KINDS = {
  lock: {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    path: 'apis/coordination.k8s.io/v1',
    plural: 'leases',
    suffix: 'deploy',
  },
  history: { apiVersion: 'v1', kind: 'ConfigMap', path: 'api/v1', plural: 'configmaps', suffix: 'history' },
  journal: { apiVersion: 'v1', kind: 'ConfigMap', path: 'api/v1', plural: 'configmaps', suffix: 'journal' },
  /** Only of sets that the user has named: what is in them. */
  inventory: { apiVersion: 'v1', kind: 'ConfigMap', path: 'api/v1', plural: 'configmaps', suffix: 'inventory' },
} as const;

export type Book = keyof typeof KINDS;

export const BOOKS = Object.keys(KINDS) as readonly Book[];

export const collectionOf = (book: Book, { namespace }: BooksAt): string =>
  `/${KINDS[book].path}/namespaces/${namespace}/${KINDS[book].plural}`;

export const pathOf = (book: Book, at: BooksAt): string => `${collectionOf(book, at)}/${nameOf(book, at)}`;

const nameOf = (book: Book, { name }: BooksAt): string => `${name}-${KINDS[book].suffix}`;

/** `the lock of shop-staging`, for a Problem's words. */
export const called = (book: Book, { name }: BooksAt): string => `the ${book} of ${name}`;

/** An empty book, with the labels by which a prune of the app's objects leaves it alone. */
export const emptyBook = (book: Book, at: BooksAt): KubeObject => ({
  apiVersion: KINDS[book].apiVersion,
  kind: KINDS[book].kind,
  metadata: {
    name: nameOf(book, at),
    namespace: at.namespace,
    labels: { [OWN.app]: at.name, 'app.kubernetes.io/managed-by': OWN.manager, [OWN.role]: 'books' },
  },
});

/** In ms: for one request, and for how long it is asked again. */
const TIMEOUT = 5_000;
const PATIENCE = 5_000;
const PAUSE = 250;

/** What a server answers that will do better in a moment: too busy, electing a leader, starting. */
const PASSING: readonly number[] = [429, 500, 502, 503, 504];

export type Ask = (at: BooksAt, request: KubeRequest) => Promise<KubeAnswer>;

/** One request; that nobody answers within 5 s is a Problem. */
export const ask: Ask = async (at, request) => (await sessionFor(at)).ask({ timeoutMs: TIMEOUT, ...request });

/** Asks again for 5 s what nobody answers: only for what may be done twice. */
export const askPatiently = async (at: BooksAt, request: KubeRequest, how: Ask = ask): Promise<KubeAnswer> => {
  const until = performance.now() + PATIENCE;
  for (;;) {
    const answer = await how(at, request).catch(error => {
      if (!isUnreachable(error) || performance.now() >= until) throw error;
    });
    if (answer && (!PASSING.includes(answer.status) || performance.now() >= until)) return answer;
    await pause(PAUSE, request.signal);
  }
};

export const isUnreachable = (error: unknown): boolean =>
  error instanceof BytechatError && error.problem.code === 'cluster-unreachable';

export const MERGE = 'application/merge-patch+json';
export const JSON_PATCH = 'application/json-patch+json';
