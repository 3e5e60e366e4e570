import { objectName } from '../../config/cluster.ts';
import type { Config } from '../../config/config.ts';
import { storedAt } from '../../config/stored.ts';
import { type Facts, need } from '../../core/fact.ts';
import { login } from '../../core/facts/registry.ts';
import { nameFor } from '../../core/hash.ts';
import { type KubeObject, OWN } from '../../core/kube.ts';
import { loginOf, repositoryOf } from '../../core/repository.ts';
import { stamped } from './stamp.ts';

/** One for all releases: who goes back to an old one pulls it with the password of now. Empty when anybody may pull. */
export const pullSecretName = (config: Config): string =>
  storedAt(config)?.username === undefined ? '' : `${objectName(config)}-registry`;

/**
 * What nodes log in with at the app's registry. What it holds is put together when it is applied; a password that has
 * changed is seen by its digest, in the stamp.
 */
export const pullSecret = (config: Config, facts: Facts): KubeObject[] => {
  const stored = storedAt(config);
  const known = stored && loginOf(stored);
  const host = repositoryOf(stored?.image ?? '')?.host;
  if (!known || host === undefined) return [];
  const { username, password } = known;
  const name = objectName(config);
  const object: KubeObject = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name: pullSecretName(config),
      namespace: config.kubernetes.namespace,
      labels: { [OWN.app]: name, 'app.kubernetes.io/name': name, 'app.kubernetes.io/managed-by': OWN.manager },
    },
    type: 'kubernetes.io/dockerconfigjson',
    stringData: { '.dockerconfigjson': { $dockerConfig: { host, username, password: { $secret: password } } } },
  };
  return [stamped(object, nameFor({ host, username, digest: need(login, facts) }))];
};
