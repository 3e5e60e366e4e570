import { BytechatError } from '../core/problem.ts';
import type { Redactor } from './redact.ts';

/** The values behind the names. Whatever is revealed is known to the redactor first. */
export interface Secrets {
  reveal(name: string): string;
  has(name: string): boolean;
}

export const envSecrets = (env: Readonly<Record<string, string | undefined>>, redactor: Redactor): Secrets => ({
  has: name => Boolean(env[name]),
  reveal(name) {
    const value = env[name];
    if (!value) {
      throw new BytechatError({
        code: 'missing-secret',
        message: `The secret ${name} is not set`,
        fix: `export ${name} in the environment of bytechat`,
      });
    }
    redactor.learn(value);
    return value;
  },
});
