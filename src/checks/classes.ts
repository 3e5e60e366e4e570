import { need } from '../core/fact.ts';
import { demand } from '../core/facts/demand.ts';
import { type ClassRef, classes } from '../core/facts/preflight.ts';
import type { Problem } from '../core/problem.ts';
import { clusterTargets } from '../core/target.ts';
import type { Check } from './check.ts';

/** An Ingress whose class nobody serves is accepted, and then nothing happens. */
export const ingressClass: Check = {
  id: 'ingress-class',
  title: 'Somebody serves the ingress',
  facts: [demand.name, classes.name],
  scope: 'change',
  targets: clusterTargets,
  examine: (_config, facts) => unknown('IngressClass', need(demand, facts).ingress, need(classes, facts).ingress),
};

export const gatewayClass: Check = {
  id: 'gateway-class',
  title: 'Somebody serves the gateway',
  facts: [demand.name, classes.name],
  scope: 'change',
  targets: clusterTargets,
  examine: (_config, facts) => unknown('GatewayClass', need(demand, facts).gateway, need(classes, facts).gateway),
};

const unknown = (kind: string, wanted: string | null, there: readonly ClassRef[] | null): Problem[] => {
  if (wanted === null || there === null) return [];
  const names = there.map(({ name }) => name);
  if (wanted === '' ? there.some(({ isDefault }) => isDefault) : names.includes(wanted)) return [];
  return [
    {
      code: 'invalid-value',
      message: wanted === '' ? `The cluster has no default ${kind}` : `There is no ${kind} ${wanted}`,
      because: 'kubernetes.expose would be accepted, and nobody would serve it',
      ...(names.length > 0 && { allowed: names }),
      fix:
        names.length > 0
          ? `set kubernetes.expose.class to ${names.length === 1 ? names[0] : 'one of these'}`
          : `let an administrator install a controller with its ${kind}, or choose another kubernetes.expose.type`,
    },
  ];
};
