import type { GkeRef } from './google.ts';
import type { Json, JsonObject } from './json.ts';

/** An object of Kubernetes, as its API writes it. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: KubeMeta;
  readonly [field: string]: Json | undefined;
}

export type KubeMeta = JsonObject & {
  readonly name: string;
  readonly namespace?: string;
  readonly labels?: { readonly [key: string]: string };
  readonly annotations?: { readonly [key: string]: string };
};

/** Which cluster, and where in it. Without a context, the kubeconfig's current one. */
export interface ClusterRef {
  readonly context?: string;
  readonly namespace: string;
  /** It is one of Google Kubernetes Engine: no kubeconfig is asked, and Google's credentials count. */
  readonly gke?: GkeRef;
}

/** `Deployment/shop`: what an object is called among those of its namespace. */
export const objectKey = ({ kind, metadata }: Pick<KubeObject, 'kind' | 'metadata'>): string =>
  `${kind}/${metadata.name}`;

/** What marks an object as made by bytechat, for which app, and what it was made from. */
export const OWN = {
  /** The field manager of server-side apply. */
  manager: 'bytechat',
  /** The label that everything of one app has, however it was brought there. */
  app: 'bytechat.dev/app',
  release: 'bytechat.dev/release',
  config: 'bytechat.dev/config',
  applied: 'bytechat.dev/applied',
  token: 'bytechat.dev/token',
  /** `books` on the lock, the history and the journal: they are kept when the app's objects are pruned. */
  role: 'bytechat.dev/role',
} as const;

/** The one object of an app that says which release runs: its Deployment or StatefulSet. */
export const isWorkload = ({ kind, metadata }: Pick<KubeObject, 'kind' | 'metadata'>): boolean =>
  ['Deployment', 'StatefulSet'].includes(kind) && metadata.annotations?.[OWN.release] !== undefined;

/** What a namespace gets that bytechat makes: nobody starts in it who could not read what "restricted" asks for. */
export const namespaceLabels = (name: string) => ({
  [OWN.app]: name,
  'app.kubernetes.io/managed-by': OWN.manager,
  'pod-security.kubernetes.io/enforce': 'restricted',
});

/** The selector of everything that one app consists of in its namespace: not of the books that are kept about it. */
export const ownSelector = (name: string): string => `${OWN.app}=${name},${OWN.role}!=books`;
