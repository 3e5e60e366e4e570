import { need } from '../core/fact.ts';
import { local } from '../core/facts/local.ts';
import type { Check } from './check.ts';

export const secretsSet: Check = {
  id: 'secrets',
  title: 'Every secret has a value',
  facts: [local.name],
  scope: 'preflight',
  examine: ({ file }, facts) =>
    need(local, facts).missing.map(name => ({
      code: 'missing-secret',
      message: `The secret ${name} is not set`,
      ...(file && { where: { file } }),
      fix: `export ${name} in the environment of bytechat`,
    })),
};
