import { homedir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { BytechatError } from '../../core/problem.ts';
import { dockerKeyOf } from '../../core/repository.ts';
import { readIfThere } from '../../engine/files.ts';

/** One login, as Docker writes it into its file. */
export interface DockerAuth {
  /** `user:password` in base64. */
  readonly auth?: string;
  /** What a registry gave instead of a password. */
  readonly identitytoken?: string;
}

/** What Docker's own settings say of logins; everything else in them is kept as it is. */
export interface DockerConfig {
  readonly auths?: Readonly<Record<string, DockerAuth>>;
  readonly credHelpers?: Readonly<Record<string, string>>;
  readonly credsStore?: string;
  readonly [key: string]: unknown;
}

export const dockerFolder = (): string => process.env.DOCKER_CONFIG || join(homedir(), '.docker');

export const readDockerConfig = async (folder: string): Promise<DockerConfig> => {
  const file = join(folder, 'config.json');
  const text = await readIfThere(file);
  if (text === undefined || text.trim() === '') return {};
  try {
    return JSON.parse(text) as DockerConfig;
  } catch {
    throw new BytechatError({
      code: 'invalid-value',
      message: `${file} is not JSON`,
      because: 'Docker keeps its logins there',
      fix: 'correct it, or move it away and run docker login again',
    });
  }
};

/** The program that keeps the login of a registry, when one does: `docker-credential-<this>`. */
export const helperOf = ({ credHelpers = {}, credsStore }: DockerConfig, host: string): string | undefined =>
  credHelpers[dockerKeyOf(host)] || credsStore || undefined;

/** The entry for a registry: under its own name, or as older Dockers wrote it, as an address. */
export const authOf = ({ auths = {} }: DockerConfig, host: string): DockerAuth | undefined => {
  const key = dockerKeyOf(host);
  return auths[key] ?? Object.entries(auths).find(([name]) => hostIn(name) === hostIn(key))?.[1];
};

export const hostIn = (key: string): string => key.replace(/^https?:\/\//, '').split('/')[0] ?? key;
