import { readFileSync } from 'node:fs';
import process from 'node:process';
import type { Lens, Upstream } from './lens.ts';
import { type Refused, refuse, type Status } from './refusal.ts';

export interface Project {
  readonly number: string;
  billing: boolean;
  readonly apis: Set<string>;
  state: 'ACTIVE' | 'DELETE_REQUESTED';
  /** Permissions that its caller has not, such as `container.clusters.create`. */
  readonly denied: Set<string>;
}

export interface ProjectOptions {
  readonly billing?: boolean;
  /** Those that are on. Default: all that are used here. */
  readonly apis?: readonly string[];
  readonly denied?: readonly string[];
  readonly state?: Project['state'];
}

/** A call of a method that fails. */
export interface Fault {
  /** `createCluster`; of REST `services.batchEnable`; of the metadata server `token`. */
  readonly method: string;
  readonly status: Status;
  readonly message?: string;
  readonly reason?: string;
  readonly details?: Readonly<Record<string, string>>;
  /** How many calls go well before. Default 0. */
  readonly skip?: number;
  /** Default 1. */
  readonly times?: number;
  /** It is done all the same, and only the answer gets lost. Default false. */
  readonly isAnswerLost?: boolean;
}

/** How operations of a type end from now on. */
export interface Ending {
  /** Of gRPC. */
  readonly code: number;
  readonly message: string;
  readonly conditions?: readonly { readonly code: string; readonly message: string }[];
}

/** A disk, an address or a forwarding rule, as Compute has it. */
export interface Thing {
  readonly name: string;
  /** `zones/europe-west1-b`, `regions/europe-west1`, `global` */
  readonly place: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly description?: string;
  readonly sizeGb?: string;
}

/** Every call fails once, whichever it is: one that has failed, made again in the same words, goes well. */
export interface Storm {
  /** How a call of a method does; undefined of those that do not. */
  faultOf(method: string): Pick<Fault, 'status' | 'message' | 'isAnswerLost'> | undefined;
  /** The methods and requests that have failed. */
  readonly over: Set<string>;
}

export interface Recorded {
  readonly method: string;
  readonly request: unknown;
  /** It would change something. */
  readonly isMutating: boolean;
  /** How it ended: `OK`, or why not. */
  readonly status: string;
}

/** All that is true in this cloud, and all that may be turned while it runs. */
export interface World {
  readonly projects: Map<string, Project>;
  /** By their full names: what their APIs hand out. */
  readonly clusters: Map<string, Record<string, unknown>>;
  readonly repositories: Map<string, Record<string, unknown>>;
  /** Images that no registry has. */
  readonly images: {
    name: string;
    uri: string;
    tags: string[];
    imageSizeBytes: string;
    uploadTime: { seconds: number };
  }[];
  readonly things: { readonly disks: Thing[]; readonly forwardingRules: Thing[]; readonly addresses: Thing[] };
  readonly regions: Map<string, { metric: string; limit: number; usage: number }[]>;
  readonly calls: Recorded[];
  readonly faults: Fault[];
  /** Undefined where nothing fails but `faults`. */
  storm: Storm | undefined;
  /** By the type of the operation: `CREATE_CLUSTER`. */
  readonly endings: Map<string, Ending>;
  /** How often an operation is asked for before it is done. */
  polls: number;
  /** How many calls still find an API off after it was switched on. */
  propagation: number;
  /** Gives clusters the host name of a DNS endpoint. */
  dnsEndpoint: string;
  /** The real cluster that all of them are made of; undefined where there is none. */
  readonly upstream: Upstream | undefined;
  /** By the names of the clusters: how each is reached. */
  readonly lenses: Map<string, Lens>;
}

export interface WorldOptions extends Partial<Pick<World, 'polls' | 'propagation' | 'dnsEndpoint'>> {
  /** Default: one, `bytechat-demo`, in which everything is on. */
  readonly projects?: Readonly<Record<string, ProjectOptions>>;
}

export const APIS = [
  'container',
  'artifactregistry',
  'compute',
  'serviceusage',
  'cloudresourcemanager',
  'cloudbilling',
];
/** Of a project in which nobody has switched anything on. */
export const APIS_OF_NEW = ['serviceusage'];
export const PROJECT = 'bytechat-demo';

const QUOTAS = { CPUS: 24, SSD_TOTAL_GB: 500, DISKS_TOTAL_GB: 4096, IN_USE_ADDRESSES: 8, STATIC_ADDRESSES: 8 };

const quotas = (): { metric: string; limit: number; usage: number }[] =>
  Object.entries(QUOTAS).map(([metric, limit]) => ({ metric, limit, usage: 0 }));

export const createWorld = ({ projects = { [PROJECT]: {} }, ...options }: WorldOptions = {}): World => {
  return {
    projects: new Map(Object.entries(projects).map(([id, each], index) => [id, projectOf(each, index)])),
    clusters: new Map(),
    repositories: new Map(),
    images: [],
    things: { disks: [], forwardingRules: [], addresses: [] },
    regions: new Map(['us-central1', 'europe-west1'].map(region => [region, quotas()])),
    calls: [],
    faults: [],
    storm: undefined,
    endings: new Map(),
    polls: options.polls ?? 3,
    propagation: options.propagation ?? 0,
    dnsEndpoint: options.dnsEndpoint ?? '',
    upstream: upstreamOf(process.env),
    lenses: new Map(),
  };
};

const upstreamOf = (env: NodeJS.ProcessEnv): Upstream | undefined => {
  const { BYTECHAT_TEST_GKE_ENDPOINT: endpoint, BYTECHAT_TEST_GKE_CA: ca, BYTECHAT_TEST_GKE_TOKEN: token } = env;
  return endpoint && ca && token ? { endpoint, ca: readFileSync(ca, 'utf8'), token } : undefined;
};

export const projectOf = (
  { billing = true, apis, denied = [], state = 'ACTIVE' }: ProjectOptions,
  index: number,
): Project => ({
  number: String(123_456_789_012 + index),
  billing,
  apis: new Set((apis ?? APIS).map(fullName)),
  state,
  denied: new Set(denied),
});

export const fullName = (api: string): string => (api.includes('.') ? api : `${api}.googleapis.com`);

/** What Google looks at before it does anything: the project, its APIs, its billing, the caller's rights. */
export const admit = (
  world: World,
  where: { project: string; api: string; permission: string; isFree?: boolean },
): Project => {
  const { project, api, permission, isFree = false } = where;
  const found = world.projects.get(project);
  if (!found)
    return refuse(
      'PERMISSION_DENIED',
      `Permission '${permission}' denied on resource '//${fullName(api)}/projects/${project}' (or it may not exist).`,
    );
  if (!isOn(world, found, api)) throw off(project, found, api);
  if (found.denied.has(permission))
    return refuse('PERMISSION_DENIED', `Required "${permission}" permission(s) for "projects/${project}".`, {
      reason: 'IAM_PERMISSION_DENIED',
      details: { permission, resource: `projects/${project}` },
    });
  if (!isFree && !found.billing)
    return refuse(
      'PERMISSION_DENIED',
      `This API method requires billing to be enabled. Please enable billing on project #${found.number}.`,
      { reason: 'BILLING_DISABLED' },
    );
  return found;
};

const isOn = (world: World, { apis }: Project, api: string): boolean => {
  if (!apis.has(fullName(api))) return false;
  if (world.propagation === 0 || APIS_OF_NEW.includes(api)) return true;
  world.propagation -= 1;
  return false;
};

const off = (project: string, { number }: Project, api: string): Error => {
  const service = fullName(api);
  const activationUrl = `https://console.developers.google.com/apis/api/${service}/overview?project=${project}`;
  const refused: Refused = {
    status: 'PERMISSION_DENIED',
    message: `${api} API has not been used in project ${number} before or it is disabled. Enable it by visiting ${activationUrl} then retry.`,
    reason: 'SERVICE_DISABLED',
    details: { service, activationUrl, consumer: `projects/${number}` },
  };
  try {
    return refuse(refused.status, refused.message, refused);
  } catch (error) {
    return error as Error;
  }
};
