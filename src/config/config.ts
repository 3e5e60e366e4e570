import type { GkeRef } from '../core/google.ts';
import type { HealthCheck } from '../core/health.ts';
import type { Handover } from '../core/serve.ts';
import type { TargetName } from '../core/target.ts';
import type { Origins } from './origin.ts';

/** How an app becomes an image. */
export interface Image {
  /** Absolute. */
  readonly dockerfile: string;
  /** The folder that the build sees. Absolute. */
  readonly context: string;
  readonly stage?: string;
  readonly args: Readonly<Record<string, string>>;
  /** Names of environment variables that the build may mount. */
  readonly secrets: readonly string[];
  /** None: what the daemon runs on. */
  readonly platform?: string;
  /** Its name without a tag, with its registry when there is one. Default: the name of the app. */
  readonly repository: string;
}

/** How an app runs in a container. */
export interface Container {
  readonly port: number;
  readonly command?: readonly string[] | undefined;
  /** Where its data volume is mounted. */
  readonly data: string;
  /** More volumes: by name, where they are mounted. */
  readonly volumes: Readonly<Record<string, string>>;
  readonly stateless: boolean;
  readonly writable: boolean;
  readonly capabilities: readonly string[];
  readonly proxyProtocol: boolean;
}

/** How the app runs on Kubernetes, and where. */
export interface Kubernetes {
  readonly context?: string;
  /** The only contexts that may be deployed to. */
  readonly contexts?: readonly string[];
  readonly namespace: string;
  readonly via: 'manifests' | 'helm';
  readonly replicas: { readonly min: number; readonly max: number };
  readonly cpu: string;
  readonly memory: string;
  readonly storage: { readonly size: string; readonly class?: string };
  readonly expose: {
    readonly type: 'none' | 'loadBalancer' | 'ingress' | 'gateway';
    readonly host?: string;
    readonly class?: string;
  };
  readonly tls?: string;
  /** The cluster is one of Google Kubernetes Engine, and reached with Google's credentials. Never in the file. */
  readonly gke?: GkeRef;
  /** The set of the user's own manifests that it is about, when it is not about the app. Never in the file. */
  readonly set?: string;
  /** The file or folder of that set, absolute; none: only what is there of it. */
  readonly manifests?: string;
}

/** Where the app runs on Google Cloud. */
export interface Gcp {
  /** The ID of the project; none: nobody has said which. */
  readonly project?: string;
  readonly region: string;
  /** Where a Standard cluster is. */
  readonly zone: string;
  /** The repository of Artifact Registry. */
  readonly repository: string;
  /** The host of that: `us-central1-docker.pkg.dev`. Never in the file. */
  readonly registry: string;
  readonly cluster: {
    readonly name: string;
    readonly mode: 'autopilot' | 'standard';
    readonly channel: 'rapid' | 'regular' | 'stable';
    readonly machine: string;
    readonly spot: boolean;
    /** In GiB, of each node. */
    readonly disk: number;
    readonly nodes: { readonly min: number; readonly max: number };
  };
  /** Who makes cluster and repository: bytechat itself, or a Terraform folder. */
  readonly infrastructure: 'direct' | 'terraform';
  /** As the file says it: paths start from the project. */
  readonly terraform: {
    readonly dir?: string | undefined;
    readonly varFiles: readonly string[];
    /** What the backend leaves open. */
    readonly backend: Readonly<Record<string, string>>;
  };
  /** In USD; none: any plan may be run. */
  readonly maxMonthly?: number;
}

/** The Terraform folder that a command is about, and what its variables are. Never in the file. */
export interface TerraformChoice {
  /** Absolute; none: the project's own. */
  readonly dir?: string;
  /** Absolute. */
  readonly varFiles: readonly string[];
  /** `name=value`; none of them is a secret. */
  readonly vars: readonly string[];
  /** `key=value` or files, for what its backend leaves open. */
  readonly backend: readonly string[];
  /** Show sensitive outputs. */
  readonly reveal: boolean;
}

/** An app as it is deployed: every path absolute, every default filled in. */
export interface App {
  readonly name: string;
  /** Empty when only its image says how it starts. */
  readonly command: readonly string[];
  readonly port: { readonly from: number; readonly to: number };
  readonly host: string;
  readonly env: Readonly<Record<string, string>>;
  /** Names of environment variables. */
  readonly secrets: readonly string[];
  readonly handover: Handover;
  /** In s. */
  readonly drain: number;
  readonly build?: { readonly command: readonly string[]; readonly inputs: readonly string[]; readonly output: string };
  /** The folder that its relative paths start from and that its build runs in: the project, or bytechat's own. */
  readonly root: string;
  /** The folder whose content becomes the release; empty when it is released as an image alone. */
  readonly files: string;
  /** How it becomes an image, when it can. */
  readonly image?: Image;
  readonly container: Container;
  readonly health: readonly HealthCheck[];
  /** True for the chat that comes with bytechat. */
  readonly bundled: boolean;
}

/** Everything that is decided from. Complete, frozen, parsed once. */
export interface Config {
  readonly target: TargetName;
  /** How often every check must pass in a row, and within how many s. */
  readonly health: { readonly passes: number; readonly within: number };
  /** Who logs in where the image is kept; the password is the name of an environment variable. */
  readonly registry?: { readonly username: string; readonly password: string };
  readonly kubernetes: Kubernetes;
  readonly gcp: Gcp;
  /** How many releases are kept. */
  readonly keep: number;
  /** The folder of the user's project, absolute. */
  readonly root: string;
  /** The configuration file, when there is one. */
  readonly file?: string;
  /** Where the configuration file is, or would be. Absolute. */
  readonly configFile: string;
  /** The environment of the file that was laid over the rest, when one was chosen. */
  readonly environment?: string;
  /** Where the values were written that were written anywhere. */
  readonly origins: Origins;
  readonly app: App;
  /** Where bytechat itself lies, absolute. */
  readonly home: string;
  /** What bytechat keeps: releases, data, logs, history. Each environment has its own. Absolute. */
  readonly state: string;
  /** The lock of the project: one for all environments, because they share what is built. Absolute. */
  readonly lock: string;
  readonly terraform?: TerraformChoice;
}
