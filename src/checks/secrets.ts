import { need } from '../core/fact.ts';
import { kept } from '../core/facts/kept.ts';
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
