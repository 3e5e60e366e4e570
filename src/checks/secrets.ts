import { need } from '../core/fact.ts';
import { kept } from '../core/facts/kept.ts';
import { login } from '../core/facts/registry.ts';
import { clusterTargets } from '../core/target.ts';
import type { Check } from './check.ts';

export const secretsSet: Check = {
  id: 'secrets',
  title: 'Every secret has a value',
  facts: [kept.name],
  scope: 'preflight',
  examine: ({ file }, facts) =>
    need(kept, facts).missing.map(name => ({
      code: 'missing-secret',
      message: `The secret ${name} is not set`,
      ...(file && { where: { file } }),
      fix: `export ${name} in the environment of bytechat`,
    })),
};

/** The nodes of a cluster log in with it as well. */
export const passwordSet: Check = {
  id: 'registry-password',
  title: 'The password of the registry has a value',
  facts: [login.name],
  scope: 'preflight',
  targets: clusterTargets,
  examine({ registry, file }, facts) {
    if (!registry || need(login, facts) !== '') return [];
    return [
      {
        code: 'missing-secret',
        message: `The secret ${registry.password} is not set`,
        because: 'registry.password names it: without it the image can neither be pushed nor pulled',
        ...(file && { where: { file } }),
        fix: `export ${registry.password} in the environment of bytechat`,
      },
    ];
  },
};
