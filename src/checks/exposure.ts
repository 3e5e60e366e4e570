import type { Problem } from '../core/problem.ts';
import type { Check } from './check.ts';

/** An address is handed out only when it is https, and a certificate is for a name: so both are said, or neither. */
export const exposureWhole: Check = {
  id: 'exposure',
  title: 'The way in from outside is told in full',
  facts: [],
  scope: 'preflight',
  targets: ['kubernetes'],
  examine({ kubernetes: { expose, tls }, file }) {
    const where = file === undefined ? {} : { where: { file } };
    const lacks = (message: string, because: string, fix: string): Problem => ({
      code: 'missing-value',
      message,
      because,
      ...where,
      fix,
    });
    const { type, host, class: className } = expose;
    const isEdge = type === 'ingress' || type === 'gateway';
    return [
      ...(tls !== undefined && type === 'none'
        ? [
            lacks(
              'kubernetes.tls is set, and kubernetes.expose is not',
              'a certificate is for a name that people type, and nobody is let in from outside',
              'set kubernetes.expose with type and host, or take kubernetes.tls out',
            ),
          ]
        : []),
      ...(host === undefined && (isEdge || (tls !== undefined && type !== 'none'))
        ? [
            lacks(
              'kubernetes.expose has no host',
              `${isEdge ? `an ${type} leads by it` : 'the certificate is for it'}, and people type it`,
              'set kubernetes.expose.host to the name that people type',
            ),
          ]
        : []),
      ...(type === 'gateway' && className === undefined
        ? [
            lacks(
              'kubernetes.expose has no class',
              'a Gateway has no default class',
              'set kubernetes.expose.class; kubectl get gatewayclass shows them',
            ),
          ]
        : []),
    ];
  },
};
