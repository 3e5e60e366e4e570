import type { App, Config } from '../config/config.ts';
import type { JsonObject } from '../core/json.ts';

/** The config as it was when a release served; what was not recorded is as it is now. */
export const withSettings = (config: Config, settings: JsonObject | undefined): Config =>
  settings === undefined ? config : { ...config, app: { ...config.app, ...(settings as unknown as Partial<App>) } };

/** Secret variables of the app, by their names alone. */
export const secretsOf = ({ secrets }: App) => Object.fromEntries(secrets.map(name => [name, { $secret: name }]));
