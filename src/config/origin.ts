import type { Said } from '../core/environment.ts';
import type { Config } from './config.ts';

/** Where a value was written. What was written nowhere has none: it is a default. */
export interface Origin {
  readonly from: 'file' | '--target' | `environments.${string}`;
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
}

/** By key, as `app.health.0.http`. */
export type Origins = Readonly<Record<string, Origin>>;

/** The target was named beside the command: another command has to name it too. */
export const isTargetNamed = ({ origins }: { readonly origins: Origins }): boolean =>
  origins.target?.from === '--target';

/** What every command about this config has to say. */
export const saidOf = (config: Pick<Config, 'environment' | 'target' | 'origins'>): Said => ({
  environment: config.environment,
  target: config.target,
  targetNamed: isTargetNamed(config),
});
