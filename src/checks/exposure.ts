import type { Kubernetes } from '../config/config.ts';
import type { Problem } from '../core/problem.ts';
import { clusterTargets } from '../core/target.ts';
import type { Check } from './check.ts';

type Lack = Required<Pick<Problem, 'message' | 'because' | 'fix'>>;

/** An address is handed out only when it is https, and a certificate is for a name: so both are said, or neither. */
export const exposureWhole: Check = {
  id: 'exposure',
  title: 'The way in from outside is told in full',
  facts: [],
  scope: 'preflight',
  targets: clusterTargets,
  examine: ({ kubernetes, file }) =>
    rules
      .flatMap(rule => rule(kubernetes) ?? [])
      .map(lack => ({ code: 'missing-value', ...lack, ...(file !== undefined && { where: { file } }) })),
};

const isEdge = ({ expose: { type } }: Kubernetes): boolean => type === 'ingress' || type === 'gateway';

const rules: readonly ((kubernetes: Kubernetes) => Lack | undefined)[] = [
  ({ tls, expose }) =>
    tls === undefined || expose.type !== 'none'
      ? undefined
      : {
          message: 'kubernetes.tls is set, and kubernetes.expose is not',
          because: 'a certificate is for a name that people type, and nobody is let in from outside',
          fix: 'set kubernetes.expose with type and host, or take kubernetes.tls out',
        },
  kubernetes => {
    const { tls, expose } = kubernetes;
    const needsOne = isEdge(kubernetes) || (tls !== undefined && expose.type !== 'none');
    if (!needsOne || expose.host !== undefined) return undefined;
    return {
      message: 'kubernetes.expose has no host',
      because: `${isEdge(kubernetes) ? `the ${expose.type} leads by it` : 'the certificate is for it'}, and people type it`,
      fix: 'set kubernetes.expose.host to the name that people type',
    };
  },
  ({ expose }) =>
    expose.type !== 'gateway' || expose.class !== undefined
      ? undefined
      : {
          message: 'kubernetes.expose has no class',
          because: 'a Gateway has no default class',
          fix: 'set kubernetes.expose.class; kubectl get gatewayclass shows them',
        },
];
