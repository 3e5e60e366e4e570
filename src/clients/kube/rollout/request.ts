import type { KubeSession } from '../session.ts';
import { KINDS, type Kind } from './kinds.ts';
import type { Knobs } from './knobs.ts';

export interface RolloutRequest {
  readonly namespace: string;
  readonly kind: Kind;
  readonly name: string;
  /** How long all of it may take, in ms; then it is a Problem `timed-out` that names what is still missing. */
  readonly timeoutMs: number;
  /** How patient the verdict is. Default: `KNOBS`. */
  readonly knobs?: Partial<Knobs>;
}

export type Which = Pick<RolloutRequest, 'namespace' | 'kind' | 'name'>;

export const workloadPath = ({ namespace, kind }: Which): string =>
  `/apis/${KINDS[kind].group}/namespaces/${namespace}/${KINDS[kind].plural}`;

export const corePath = (namespace: string, plural: string): string => `/api/v1/namespaces/${namespace}/${plural}`;

export const revisionsPath = ({ namespace }: Pick<Which, 'namespace'>, plural: string): string =>
  `/apis/apps/v1/namespaces/${namespace}/${plural}`;

export const withQuery = (path: string, query: Readonly<Record<string, string | undefined>>): string => {
  const known = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return known.length === 0 ? path : `${path}?${new URLSearchParams(known)}`;
};

/** `kubectl --context engines -n shop describe pod shop-0` */
export const kubectl = (words: string, namespace: string, { context }: Pick<KubeSession, 'context'>): string =>
  `kubectl ${context === '' ? '' : `--context ${context} `}-n ${namespace} ${words}`;
