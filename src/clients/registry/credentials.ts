import { join } from 'node:path';
import { type Command, command, type Tool } from '../../core/action.ts';
import { TOKEN_USER } from '../../core/google.ts';
import { BytechatError, type Problem } from '../../core/problem.ts';
import { dockerKeyOf, type Login } from '../../core/repository.ts';
import type { CallOptions } from '../../core/runner.ts';
import { problemOfOutcome } from '../../engine/outcome.ts';
import { isKeptByDocker, takesTokens } from '../google/registry.ts';
import { accessToken } from '../google/token.ts';
import { authOf, type DockerAuth, dockerFolder, helperOf, readDockerConfig } from './docker-config.ts';

/** A login, and where it was found. Lives only as long as the call. */
export interface Credentials {
  readonly username: string;
  readonly secret: string;
  /** The secret is a token that the registry gave, to be exchanged and not to be shown as a password. */
  readonly isToken: boolean;
  /** For people: `the variable REGISTRY_PASSWORD`. */
  readonly from: string;
}

type Doors = Pick<CallOptions, 'reveal' | 'runner' | 'signal'>;

/** What the config names; else what Docker knows, as Docker looks it up; else, at Google, who we are there; else undefined. */
export const credentialsFor = async (
  host: string,
  login: Login | null,
  { reveal, ...doors }: Doors,
): Promise<Credentials | undefined> => {
  if (!login) return fromDocker(host, doors);
  if (!reveal) throw new Error('a login needs somebody who reveals its password');
  const { username, password } = login;
  return { username, secret: reveal(password), isToken: false, from: `the variable ${password}` };
};

const fromDocker = async (host: string, doors: Doors): Promise<Credentials | undefined> => {
  const folder = dockerFolder();
  const config = await readDockerConfig(folder);
  if (takesTokens(host) && !isKeptByDocker(config, host)) return fromGoogle(host, doors).catch(unlessNone);
  const helper = helperOf(config, host);
  if (helper !== undefined) return fromHelper(helper, host, doors);
  const found = authOf(config, host);
  return found && fromAuth(found, join(folder, 'config.json'));
};

/** Who the application default credentials are: at every registry of Google, and without anything kept anywhere. */
export const fromGoogle = async (host: string, { signal }: Pick<Doors, 'signal'>): Promise<Credentials> => {
  if (!takesTokens(host)) throw new BytechatError(notGoogles(host));
  const { token } = await accessToken({ signal });
  return { username: TOKEN_USER, secret: token, isToken: false, from: "Google's application default credentials" };
};

/** A token is shown to nobody else. */
const notGoogles = (host: string): Problem => ({
  code: 'invalid-value',
  message: `${host} is no registry of Google`,
  because: 'they are called <region>-docker.pkg.dev, and of old gcr.io, us.gcr.io, eu.gcr.io and asia.gcr.io',
  fix: 'correct --host; bytechat registry login is for others',
});

/** What is public can be read without. */
const unlessNone = (error: unknown): undefined => {
  if (error instanceof BytechatError && error.problem.code === 'no-credentials') return undefined;
  throw error;
};

/** Docker writes an empty entry where the login is kept elsewhere. */
export const fromAuth = ({ auth = '', identitytoken }: DockerAuth, from: string): Credentials | undefined => {
  const [username = '', ...rest] = Buffer.from(auth, 'base64').toString('utf8').replace(/\0+$/, '').split(':');
  if (identitytoken) return { username, secret: identitytoken, isToken: true, from };
  const secret = rest.join(':');
  return username === '' || secret === '' ? undefined : { username, secret, isToken: false, from };
};

const HELPER_MS = 20_000;
/** What stands for a user name where the secret is a token. */
export const TOKEN = '<token>';

/** Asks `docker-credential-<name> get`, which reads the registry from stdin and answers with JSON. */
const fromHelper = async (name: string, host: string, { runner, signal }: Doors): Promise<Credentials | undefined> => {
  if (!runner) throw new Error('a credential helper needs a runner');
  const ask = helperCommand(name, host);
  // Nobody listens to its lines: they are the secret.
  const outcome = await runner.run(ask, { signal });
  if (outcome.status === 'failed' && /not found/i.test(`${outcome.stdout}${outcome.stderr}`)) return undefined;
  const problem = problemOfOutcome(ask, outcome);
  if (problem) throw new BytechatError(problem);
  const { Username = '', Secret = '' } = answerOf(outcome.stdout, ask.tool.file);
  return Secret === ''
    ? undefined
    : { username: Username, secret: Secret, isToken: Username === TOKEN, from: ask.tool.file };
};

const helperCommand = (name: string, host: string): Command => {
  const tool: Tool = {
    file: `docker-credential-${name}`,
    version: ['version'],
    install: `Docker's config.json says that it keeps the logins; install it, or correct credHelpers and credsStore there`,
    hints: [],
  };
  return command(tool, ['get'], { input: dockerKeyOf(host), timeoutMs: HELPER_MS });
};

const answerOf = (text: string, helper: string): { readonly Username?: string; readonly Secret?: string } => {
  try {
    return JSON.parse(text);
  } catch {
    throw new BytechatError({
      code: 'command-failed',
      message: `${helper} get does not answer with JSON`,
      fix: `try it: echo <registry> | ${helper} get`,
    });
  }
};
