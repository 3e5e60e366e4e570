import type { AppFile, ConfigFile, HealthCheck } from './schema.ts';

/** An app as it is deployed: every path absolute, every default filled in. */
export interface App extends Omit<AppFile, 'build' | 'files'> {
  readonly build?: { readonly command: readonly string[]; readonly inputs: readonly string[]; readonly output: string };
  /** The folder whose content becomes the release. */
  readonly files: string;
  readonly health: HealthCheck[];
  /** True for the chat that comes with bytechat. */
  readonly bundled: boolean;
}

/** Everything that is decided from. Complete, frozen, parsed once. */
export interface Config extends Readonly<Omit<ConfigFile, 'app'>> {
  /** The folder of the user's project, absolute. */
  readonly root: string;
  /** The configuration file, when there is one. */
  readonly file?: string;
  readonly app: App;
  /** Where bytechat itself lies, absolute. */
  readonly home: string;
  /** What bytechat keeps: releases, data, logs, history. Absolute. */
  readonly state: string;
  readonly gcpProjectId?: string;
}
