import type { SecretRef } from '../core/json.ts';
import { BytechatError, type Problem } from '../core/problem.ts';
import type { Redactor } from './redact.ts';

/** The values behind the names. Whatever is revealed is known to the redactor first. */
export interface Secrets {
  reveal(name: string): string;
  has(name: string): boolean;
  /** A value that was found, rather than told: from now on it can be named. */
  keep(name: string, value: string): SecretRef;
}

export const envSecrets = (env: Readonly<Record<string, string | undefined>>, redactor: Redactor): Secrets => {
  const found = new Map<string, string>();
  return {
    has: name => Boolean(env[name]),
    reveal(name) {
      const kept = found.get(name);
      if (kept !== undefined) return kept;
      const value = env[name];
      if (!value) throw new BytechatError(notSet(name));
      redactor.learn(value);
      return value;
    },
    keep(name, value) {
      found.set(name, value);
      redactor.learn(value);
      return { $secret: name };
    },
  };
};

const notSet = (name: string): Problem => ({
  code: 'missing-secret',
  message: `The secret ${name} is not set`,
  fix: `export ${name} in the environment of bytechat`,
});
