import type { Said } from '../core/environment.ts';
import type { Config } from './config.ts';

/** Where a value was written. What was written nowhere has none: it is a default. */
export interface Origin {
  readonly from: 'file' | '--target' | '--project' | `environments.${string}`;
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
}

/** By key, as `app.health.0.http`. */
export type Origins = Readonly<Record<string, Origin>>;

/** The target was named beside the command: another command has to name it too. */
export const isTargetNamed = ({ origins }: { readonly origins: Origins }): boolean =>
  origins.target?.from === '--target';

/** The project of Google Cloud, when that was named beside the command. */
export const namedProject = ({ origins, gcp }: Pick<Config, 'origins' | 'gcp'>): string | undefined =>
  origins['gcp.project']?.from === '--project' ? gcp.project : undefined;

/** What every command about this config has to say. */
export const saidOf = (config: Pick<Config, 'environment' | 'target' | 'origins' | 'gcp'>): Said => ({
  environment: config.environment,
  target: config.target,
  targetNamed: isTargetNamed(config),
  project: namedProject(config),
});
