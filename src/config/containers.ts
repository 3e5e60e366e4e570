import type { Config } from './config.ts';

type Named = Pick<Config, 'app' | 'environment'>;

/** How everything of an app in Docker begins its name: its door and its network are called so. */
export const baseName = ({ app, environment }: Named): string =>
  ['bytechat', app.name, ...(environment === undefined ? [] : [environment])].join('-');

/** By what it is for: volumes outlive the containers. */
export const volumesOf = (config: Named) => {
  const base = baseName(config);
  return { run: `${base}-run`, data: `${base}-data`, backups: `${base}-backups` } as const;
};

/** One that the config names. */
export const volumeOf = (config: Named, name: string): string => `${baseName(config)}-volume-${name}`;

export const LABELS = {
  project: 'bytechat.project',
  app: 'bytechat.app',
  environment: 'bytechat.environment',
  role: 'bytechat.role',
  release: 'bytechat.release',
  config: 'bytechat.config',
  door: 'bytechat.door',
} as const;

/** What marks a thing as this project's own: nothing without it is ever stopped or removed. */
export const ownLabels = ({ root, app, environment = 'default' }: Pick<Config, 'root'> & Named) => ({
  [LABELS.project]: root,
  [LABELS.app]: app.name,
  [LABELS.environment]: environment,
});

/** The image of a release, by its name and tag. */
export const imageOf = ({ app }: Pick<Config, 'app'>, release: string): string =>
  `${app.image?.repository ?? app.name}:${release}`;
