import { hostname } from 'node:os';
import type { KubeObject } from '../../../core/kube.ts';
import type { Lease } from '../../../core/lock.ts';
import { identify, isAlive, type ProcessIdentity, processSpace } from '../../../engine/process-identity.ts';
import { type BooksAt, emptyBook } from './at.ts';

/** A Lease of coordination.k8s.io/v1, as far as it is used here. */
export interface LeaseObject {
  readonly metadata?: {
    readonly resourceVersion?: string;
    readonly annotations?: { readonly [key: string]: string };
  };
  readonly spec?: {
    /** `mira@atlas_1f2e3d4c`: who, and which run. Empty when nobody holds it. */
    readonly holderIdentity?: string;
    readonly leaseDurationSeconds?: number;
    readonly acquireTime?: string;
    readonly renewTime?: string;
    /** The token. */
    readonly leaseTransitions?: number;
  };
}

export interface StoredLease extends Lease {
  readonly holder: string;
  readonly expiryMs: number;
  readonly version: string;
  /** Where and what the holder is, when it could say so. */
  readonly process: (ProcessIdentity & { readonly space: string }) | undefined;
}

const DOING = 'bytechat.dev/doing';
const PROCESS = 'bytechat.dev/process';

export const leaseIn = ({ metadata = {}, spec = {} }: LeaseObject): StoredLease => {
  const { holderIdentity: holder = '', leaseDurationSeconds = 0, acquireTime = '', renewTime = '' } = spec;
  return {
    token: spec.leaseTransitions ?? 0,
    owner: holder.replace(/_[^_]*$/, ''),
    doing: metadata.annotations?.[DOING] ?? '',
    since: isoOf(acquireTime),
    heartbeat: isoOf(renewTime),
    holder,
    expiryMs: leaseDurationSeconds * 1000,
    version: metadata.resourceVersion ?? '',
    process: processIn(metadata.annotations?.[PROCESS]),
  };
};

/**
 * Whether it holds at `now`, by the API server's clock. A holder that was on this machine and has died frees its lease
 * at once; of any other, only time can tell.
 */
export const inForce = ({ holder, heartbeat, expiryMs, process }: StoredLease, now: number): boolean => {
  if (holder === '' || !(now - Date.parse(heartbeat) < expiryMs)) return false;
  return !process || process.space === '' || process.space !== processSpace() || isAlive(process);
};

/** The lease that follows another one, of this process. */
export interface Taking {
  readonly holder: string;
  readonly doing: string;
  readonly now: number;
  readonly expiryMs: number;
}

export const nextLease = (last: StoredLease | undefined, { holder, doing, now, expiryMs }: Taking) => ({
  metadata: {
    ...(last && { resourceVersion: last.version }),
    annotations: {
      [DOING]: doing,
      [PROCESS]: JSON.stringify({ ...identify(), space: processSpace(), host: hostname() }),
    },
  },
  spec: {
    holderIdentity: holder,
    leaseDurationSeconds: Math.ceil(expiryMs / 1000),
    acquireTime: microTime(now),
    renewTime: microTime(now),
    leaseTransitions: (last?.token ?? 0) + 1,
  },
});

export const firstLease = (at: BooksAt, taking: Taking): KubeObject => {
  const [empty, { metadata, spec }] = [emptyBook('lock', at), nextLease(undefined, taking)];
  return { ...empty, metadata: { ...empty.metadata, ...metadata }, spec };
};

type Holding = Pick<StoredLease, 'token' | 'holder'>;

/** Patches that only apply while this holder's lease is the one that stands there (JSON Patch, RFC 6902). */
const whileHeld = ({ token, holder }: Holding) => [
  { op: 'test', path: '/spec/leaseTransitions', value: token },
  { op: 'test', path: '/spec/holderIdentity', value: holder },
];

export const renewal = (lease: Holding & Pick<Lease, 'doing'>, now: number) => [
  ...whileHeld(lease),
  { op: 'replace', path: '/spec/renewTime', value: microTime(now) },
  { op: 'add', path: `/metadata/annotations/${DOING.replace('/', '~1')}`, value: lease.doing },
];

export const ending = (lease: Holding) => [
  ...whileHeld(lease),
  { op: 'replace', path: '/spec/holderIdentity', value: '' },
];

/** The token grows, so that whoever held it is told, and writes of the old holder come too late. A merge patch. */
export const breaking = ({ token, version }: StoredLease) => ({
  metadata: { resourceVersion: version },
  spec: { holderIdentity: '', leaseTransitions: token + 1 },
});

/** A MicroTime has six decimals, neither more nor fewer. */
const microTime = (ms: number): string => new Date(ms).toISOString().replace('Z', '000Z');

const isoOf = (time: string): string => (Number.isNaN(Date.parse(time)) ? '' : new Date(time).toISOString());

const processIn = (text: string | undefined): StoredLease['process'] => {
  try {
    const { pid, started, space } = JSON.parse(text ?? '') as Partial<NonNullable<StoredLease['process']>>;
    return pid !== undefined && started && space ? { pid, started, space } : undefined;
  } catch {
    return undefined;
  }
};
