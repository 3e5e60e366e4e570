import type { Config } from '../config/config.ts';
import type { Facts } from '../core/fact.ts';
import { need } from '../core/fact.ts';
import type { Demand } from '../core/facts/demand.ts';
import { image } from '../core/facts/image.ts';
import type { JsonObject } from '../core/json.ts';
import type { KubeObject } from '../core/kube.ts';
import { amountsIn, containerOf, moreOf, specOf, volumeOf, workloadIn } from './demand/amounts.ts';
import { rightsFor } from './demand/rights.ts';

/** All that these objects ask of the cluster and the registry. Pure. */
export const demandOf = (config: Config, facts: Facts, objects: readonly KubeObject[]): Demand => {
  const { image: name, resources } = containerOf(specOf(workloadIn(objects)));
  const { tls, expose } = config.kubernetes;
  return {
    rights: rightsFor(config, facts, objects),
    kinds: kindsOf(objects),
    more: moreOf(objects, facts),
    requests: amountsIn(resources?.requests),
    limits: amountsIn(resources?.limits),
    volume: volumeOf(objects, facts),
    image: typeof name === 'string' ? name : '',
    platform: need(image, facts).platform,
    ingress: ingressClass(objects),
    gateway: fieldOf(objects, 'Gateway', 'gatewayClassName'),
    certificate: tls === undefined ? null : { secret: tls, host: expose.host ?? '' },
    scales: objects.some(({ kind }) => kind === 'HorizontalPodAutoscaler'),
  };
};

const kindsOf = (objects: readonly KubeObject[]): Demand['kinds'] => {
  const kinds = objects.map(({ apiVersion, kind }) => [`${apiVersion} ${kind}`, { apiVersion, kind }] as const);
  return [...new Map(kinds).values()];
};

const fieldOf = (objects: readonly KubeObject[], kind: string, field: string): string | null => {
  const found = objects.find(object => object.kind === kind);
  return found ? String((found.spec as JsonObject)[field] ?? '') : null;
};

/** Google's own is named by an annotation, and there is no IngressClass of that name. */
const ingressClass = (objects: readonly KubeObject[]): string | null => {
  const isAnnotated = objects.some(
    ({ kind, metadata }) => kind === 'Ingress' && metadata.annotations?.['kubernetes.io/ingress.class'] !== undefined,
  );
  return isAnnotated ? null : fieldOf(objects, 'Ingress', 'ingressClassName');
};
