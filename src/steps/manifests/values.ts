import type { ValueRef } from '../../core/json.ts';

/**
 * All that the objects of an app are made from: the same for plain manifests and for the Helm chart, whose values.yaml has
 * these keys. Only what a secret is called is in here, never what it is.
 */
export interface Values {
  /** What every object of the app is called, or begins with. */
  readonly name: string;
  readonly namespace: string;
  /** The namespace is bytechat's own to make. */
  readonly createNamespace: boolean;
  /** The hash of what the image was built from, and the hash of how it is run. */
  readonly release: string;
  readonly config: string;
  /** With its digest; what it is is known after a push. */
  readonly image: string | ValueRef;
  readonly command: readonly string[];
  readonly port: number;
  readonly env: { readonly [name: string]: string };
  /** The names of the ConfigMap and the Secret, by their content; the Secret's is empty when there are no secrets. */
  readonly configMap: string;
  readonly secret: string;
  /** By its name: what it is, or where that is known. */
  readonly secrets: { readonly [name: string]: string | { readonly $secret: string } };
  /** A Secret of type kubernetes.io/dockerconfigjson; empty when anybody may pull. */
  readonly pullSecret: string;
  /** Where the data are mounted. */
  readonly data: string;
  /** More volumes: a name, and where it is mounted. */
  readonly volumes: { readonly [name: string]: string };
  /** A Deployment of several; else a StatefulSet of one, with a volume. */
  readonly stateless: boolean;
  /** The app may write outside its volumes and /tmp. */
  readonly writable: boolean;
  readonly capabilities: readonly string[];
  /** `now`: how many run already, where the autoscaler has a say. */
  readonly replicas: { readonly min: number; readonly max: number; readonly now: number };
  readonly resources: { readonly cpu: string; readonly memory: string };
  /** Of each volume. An empty class is the cluster's default. */
  readonly storage: { readonly size: string; readonly class: string };
  /** A path that answers 2xx when the app can serve; empty: that the port is open says it. Times in whole s. */
  readonly health: { readonly path: string; readonly timeout: number; readonly within: number };
  /** How long it may take to end in order, in whole s. */
  readonly drain: number;
  readonly expose: Exposure;
  /**
   * A Secret of type kubernetes.io/tls. The app serves with it, except behind an ingress or a gateway: then these do, and
   * the app speaks plain HTTP in the cluster (edge.ts). Empty: no certificate of ours.
   */
  readonly tls: string;
}

export interface Exposure {
  readonly type: 'none' | 'loadBalancer' | 'ingress' | 'gateway';
  /** The name that people type; empty: any. */
  readonly host: string;
  /**
   * The IngressClass or GatewayClass; empty: the cluster's default, which there is only for an ingress. `gce` and
   * `gke-…` are Google's own balancers, and get what these need to know.
   */
  readonly class: string;
}
