import { need } from '../core/fact.ts';
import { type Demand, demand } from '../core/facts/demand.ts';
import { type CertificateFact, certificate } from '../core/facts/preflight.ts';
import type { Problem } from '../core/problem.ts';
import { clusterTargets } from '../core/target.ts';
import type { Check } from './check.ts';

/** Without its Secret a pod does not even start; with a wrong certificate people are warned away. */
export const certificateGood: Check = {
  id: 'tls',
  title: 'The certificate is there, for this host, and in time',
  facts: [demand.name, certificate.name],
  scope: 'change',
  targets: clusterTargets,
  examine({ kubernetes: { namespace } }, facts) {
    const { certificate: wanted } = need(demand, facts);
    const found = need(certificate, facts);
    return wanted === null || found === null ? [] : problemsOf(wanted, found, namespace);
  },
};

type Wanted = NonNullable<Demand['certificate']>;

const TYPE = 'kubernetes.io/tls';

const problemsOf = ({ secret, host }: Wanted, found: CertificateFact, namespace: string): Problem[] => {
  const { type, broken, expired, until, fits, names } = found;
  const make = `kubectl create secret tls ${secret} -n ${namespace} --cert=<file> --key=<file>`;
  const again = `renew it: ${make} --dry-run=client -o yaml | kubectl apply -f -`;
  const problem = (message: string, because: string, fix: string): Problem => ({
    code: 'invalid-value',
    message,
    because,
    fix,
  });
  if (type === '')
    return [problem(`There is no Secret ${secret} in ${namespace}`, 'kubernetes.tls names it', `make it: ${make}`)];
  if (type !== TYPE)
    return [
      problem(
        `The Secret ${secret} is of type ${type}`,
        `kubernetes.tls needs one of ${TYPE}`,
        `correct kubernetes.tls, or make it: ${make}`,
      ),
    ];
  if (broken !== '') return [problem(`The Secret ${secret} holds no certificate`, broken, again)];
  return [
    ...(expired ? [problem(`The certificate in ${secret} has expired`, `it was good until ${until}`, again)] : []),
    ...(fits
      ? []
      : [
          {
            ...problem(
              `The certificate in ${secret} is not for ${host}`,
              `it is for ${names.join(', ') || 'no host'}`,
              again,
            ),
          },
        ]),
  ];
};
