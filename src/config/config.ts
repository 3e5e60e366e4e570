import type { Origins } from './origins.ts';
import type { AppFile, HealthCheck, Settings } from './schema.ts';

/** An app as it is deployed: every path absolute, every default filled in. */
export interface App extends Omit<AppFile, 'build' | 'files'> {
  readonly build?: { readonly command: readonly string[]; readonly inputs: readonly string[]; readonly output: string };
  /** The folder that its relative paths start from and that its build runs in: the project, or bytechat's own. */
  readonly root: string;
  /** The folder whose content becomes the release. */
  readonly files: string;
  readonly health: HealthCheck[];
  /** True for the chat that comes with bytechat. */
  readonly bundled: boolean;
}

/** Everything that is decided from. Complete, frozen, parsed once. */
export interface Config extends Readonly<Omit<Settings, 'app' | 'chat'>> {
  /** The folder of the user's project, absolute. */
  readonly root: string;
  /** The configuration file, when there is one. */
  readonly file?: string;
  /** Where the configuration file is, or would be. Absolute. */
  readonly configFile: string;
  /** The environment of the file that was laid over the rest, when one was chosen. */
  readonly environment?: string;
  /** Where the values were written that were written anywhere. */
  readonly origins: Origins;
  readonly app: App;
  /** Where bytechat itself lies, absolute. */
  readonly home: string;
  /** What bytechat keeps: releases, data, logs, history. Each environment has its own. Absolute. */
  readonly state: string;
  /** The lock of the project: one for all environments, because they share what is built. Absolute. */
  readonly lock: string;
  readonly gcpProjectId?: string;
}
