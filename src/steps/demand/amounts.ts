import { type Facts, need } from '../../core/fact.ts';
import { live } from '../../core/facts/cluster.ts';
import type { Amounts, Demand } from '../../core/facts/demand.ts';
import type { JsonObject } from '../../core/json.ts';
import { groupOf, INSTALLED_KINDS, OWN_KINDS } from '../../core/kinds.ts';
import type { KubeObject } from '../../core/kube.ts';
import { quantity } from '../../core/quantity.ts';
import { type ObjectChange, objectChanges } from '../cluster.ts';

interface Container {
  readonly image?: unknown;
  readonly resources?: { readonly requests?: JsonObject; readonly limits?: JsonObject };
}

interface Claim {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly storageClassName?: string; readonly resources: { readonly requests: JsonObject } };
}

export interface WorkloadSpec {
  readonly replicas?: number;
  readonly template: { readonly spec: { readonly containers: readonly Container[] } };
  readonly volumeClaimTemplates?: readonly Claim[];
}

const isWorkload = ({ kind }: KubeObject): boolean => kind === 'Deployment' || kind === 'StatefulSet';

export const workloadIn = (objects: readonly KubeObject[]): KubeObject | undefined => objects.find(isWorkload);

export const specOf = (workload: KubeObject | undefined): WorkloadSpec | undefined =>
  workload?.spec as unknown as WorkloadSpec | undefined;

export const containerOf = (spec: WorkloadSpec | undefined): Container => spec?.template.spec.containers[0] ?? {};

/** `250m` as 0.25: what is no amount is left out. */
export const amountsIn = (written: JsonObject = {}): Amounts =>
  Object.fromEntries(
    Object.entries(written)
      .map(([name, value]) => [name, quantity(value)] as const)
      .filter(([, amount]) => !Number.isNaN(amount)),
  );

/** Amounts added up, by name; what comes to nothing is left out. */
const sum = (all: readonly Amounts[]): Amounts => {
  const names = [...new Set(all.flatMap(Object.keys))];
  const total = (name: string): number => all.reduce((so, amounts) => so + (amounts[name] ?? 0), 0);
  return Object.fromEntries(names.map(name => [name, total(name)] as const).filter(([, amount]) => amount > 0));
};

const times = (count: number, amounts: Amounts): Amounts =>
  Object.fromEntries(Object.entries(amounts).map(([name, amount]) => [name, amount * count]));

/** What there will be more of than now when most is there: during the rollout, with one pod more than wanted. */
export const moreOf = (objects: readonly KubeObject[], facts: Facts): Amounts => {
  const changes = objectChanges({ release: '', config: '', objects }, facts);
  const made = changes.filter(({ was }) => was === undefined).map(({ object }) => object);
  return sum([
    ...made.map(counted),
    ...changes.map(balancers),
    morePods(objects, changes, facts),
    claims(objects, facts),
  ]);
};

/** A quota names each kind as `count/secrets`, and those of the core also as `secrets`. */
const counted = ({ apiVersion, kind }: KubeObject): Amounts => {
  const found = [...OWN_KINDS, ...INSTALLED_KINDS].find(each => each.apiVersion === apiVersion && each.kind === kind);
  if (!found) return {};
  const group = groupOf(apiVersion);
  return group === '' ? { [`count/${found.plural}`]: 1, [found.plural]: 1 } : { [`count/${found.plural}.${group}`]: 1 };
};

const balancers = ({ object, was }: ObjectChange): Amounts => {
  const isBalanced = (service: KubeObject | undefined): boolean =>
    service?.kind === 'Service' && (service.spec as JsonObject).type === 'LoadBalancer';
  return isBalanced(object) && !isBalanced(was) ? { 'services.loadbalancers': 1, 'services.nodeports': 1 } : {};
};

/** Each pod under the names that quotas have for it. */
const podAmounts = (spec: WorkloadSpec | undefined): Amounts => {
  const { requests, limits } = containerOf(spec).resources ?? {};
  const asked = amountsIn(requests);
  const prefixed = (prefix: string, amounts: Amounts) =>
    Object.entries(amounts).map(([name, amount]) => [prefix + name, amount] as const);
  return {
    pods: 1,
    'count/pods': 1,
    ...asked,
    ...Object.fromEntries([...prefixed('requests.', asked), ...prefixed('limits.', amountsIn(limits))]),
  };
};

const morePods = (objects: readonly KubeObject[], changes: readonly ObjectChange[], facts: Facts): Amounts => {
  const wanted = workloadIn(objects);
  if (!wanted) return {};
  const was = need(live, facts).objects.find(({ kind }) => kind === wanted.kind);
  const change = changes.find(({ object }) => object === wanted);
  const isAnew = change !== undefined && (!was || change.fields.some(({ path }) => path.startsWith('spec.template')));
  const count = specOf(wanted)?.replicas ?? 1;
  const now = was ? (specOf(was)?.replicas ?? 1) : 0;
  const [one, before] = [podAmounts(specOf(wanted)), podAmounts(specOf(was))];
  const isRolling = isAnew && was !== undefined && wanted.kind === 'Deployment';
  if (!isRolling)
    return sum([times(Math.max(0, count - now), one), ...(isAnew && was ? [difference(one, before)] : [])]);
  const peaks = [
    // At first all old ones and what fits besides; in the end all new ones and one that is yet to go.
    sum([times(Math.max(0, count + SURGE - now), one)]),
    sum([times(count, one), times(SURGE, before), times(-now, before)]),
  ];
  return { ...largest(peaks), 'count/replicasets.apps': 1 };
};

/** One pod more than wanted runs while a Deployment changes (maxSurge). */
const SURGE = 1;

/** Where one pod takes the place of another. */
const difference = (one: Amounts, other: Amounts): Amounts => sum([one, times(-1, other)]);

const largest = (all: readonly Amounts[]): Amounts => {
  const names = [...new Set(all.flatMap(Object.keys))];
  return Object.fromEntries(names.map(name => [name, Math.max(...all.map(amounts => amounts[name] ?? 0))]));
};

/** The volumes that a StatefulSet of one has yet to get. */
const newClaims = (objects: readonly KubeObject[], facts: Facts): readonly Claim[] => {
  const workload = workloadIn(objects);
  const there = need(live, facts).objects.filter(({ kind }) => kind === 'PersistentVolumeClaim');
  const isThere = (claim: Claim): boolean =>
    there.some(({ metadata }) => metadata.name === `${claim.metadata.name}-${workload?.metadata.name}-0`);
  return (specOf(workload)?.volumeClaimTemplates ?? []).filter(claim => !isThere(claim));
};

const sizeOf = ({ spec }: Claim): number => quantity(spec.resources.requests.storage);

const claims = (objects: readonly KubeObject[], facts: Facts): Amounts =>
  sum(
    newClaims(objects, facts).map(claim => {
      const plain = { persistentvolumeclaims: 1, 'requests.storage': sizeOf(claim) };
      const { storageClassName } = claim.spec;
      const ofClass = Object.entries(plain).map(([name, amount]) => [
        `${storageClassName}.storageclass.storage.k8s.io/${name}`,
        amount,
      ]);
      return { ...plain, 'count/persistentvolumeclaims': 1, ...(storageClassName && Object.fromEntries(ofClass)) };
    }),
  );

export const volumeOf = (objects: readonly KubeObject[], facts: Facts): Demand['volume'] => {
  const [first] = newClaims(objects, facts);
  return first ? { class: first.spec.storageClassName ?? '', size: sizeOf(first) } : null;
};
