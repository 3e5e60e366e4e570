import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import process from 'node:process';
import type { Command } from '../../core/action.ts';
import { quote } from '../../core/display.ts';
import { dockerKeyOf, type Login } from '../../core/repository.ts';
import { startOf } from '../../engine/own-program.ts';
import { isKeptByDocker, takesTokens } from '../google/registry.ts';
import { accessToken } from '../google/token.ts';
import { type DockerConfig, dockerFolder, readDockerConfig } from '../registry/docker-config.ts';
import { LEFT, sweep } from './sweep.ts';

/** What is added to the environment of docker. */
export type DockerEnv = NonNullable<Command['env']>;

export interface LoginAt {
  readonly host: string;
  /** Null: Docker uses what it knows itself, and at Google's registries else who we are there. */
  readonly login: Login | null;
}

/**
 * Runs docker as somebody who is logged in, and leaves no login behind: hand `env` to each command.
 *
 * Docker takes a login from a file or from a program. `docker login`, and a config.json of our own as well, put the
 * password on the disk in base64, where a run that is killed leaves it. So we are the program: docker gets a folder of
 * settings that names us as the credential helper of this registry, and the helper finds the password in the environment
 * that the runner has filled. No password is ever in a file or an argument, whatever happens to the run. At Google's
 * registries it asks for a token when Docker wants one, so that a push may take longer than a token lasts.
 */
export const withLogin = async <Answer>(
  { host, login }: LoginAt,
  work: (env: DockerEnv) => Promise<Answer>,
): Promise<Answer> => {
  if (!login && !(await isByGoogle(host))) return work({});
  await sweep();
  const folder = await mkdtemp(join(tmpdir(), `${LEFT}${process.pid}-`));
  const leaveNothing = (): void => rmSync(folder, { recursive: true, force: true });
  // Also for whoever leaves at once: a second Ctrl-C.
  process.on('exit', leaveNothing);
  try {
    const users = dockerFolder();
    await furnish(folder, { users, host, helper: login ? LOGIN : GOOGLE });
    return await work({
      DOCKER_CONFIG: folder,
      PATH: [join(folder, BIN), process.env.PATH].join(delimiter),
      ...(login && {
        BYTECHAT_LOGIN_AT: dockerKeyOf(host),
        BYTECHAT_LOGIN_USERNAME: login.username,
        BYTECHAT_LOGIN_PASSWORD: { $secret: login.password },
      }),
      BYTECHAT_LOGIN_OTHERS: join(users, FILE),
    });
  } finally {
    process.off('exit', leaveNothing);
    await rm(folder, { recursive: true, force: true });
  }
};

/** Whoever has no token hears of it here, and not from Docker in words of its own. */
const isByGoogle = async (host: string): Promise<boolean> => {
  if (!takesTokens(host) || isKeptByDocker(await readDockerConfig(dockerFolder()), host)) return false;
  await accessToken();
  return true;
};

const FILE = 'config.json';
const BIN = 'bytechat-bin';
/** Not `bytechat`: that one the user's settings may name. */
const LOGIN = 'bytechat-login';
const GOOGLE = 'bytechat-google';

interface Furnishing {
  readonly users: string;
  readonly host: string;
  /** Who is asked for the login there. */
  readonly helper: string;
}

/** The user's settings, all of them (contexts, plugins, builders are links to the real ones), but for the logins. */
const furnish = async (folder: string, { users, host, helper }: Furnishing): Promise<void> => {
  const names = await readdir(users).catch(() => []);
  for (const name of names) if (name !== FILE && name !== BIN) await symlink(join(users, name), join(folder, name));
  const settings = withHelper(await readDockerConfig(users), host, helper);
  await writeFile(join(folder, FILE), JSON.stringify(settings), { mode: 0o600 });
  await mkdir(join(folder, BIN));
  const program = join(folder, BIN, 'login.cjs');
  await writeFile(program, HELPER, { mode: 0o600 });
  await writeStart(folder, LOGIN, [process.execPath, program]);
  const { command, args } = startOf('docker-credential-bytechat');
  await writeStart(folder, GOOGLE, [command, ...args]);
};

const writeStart = (folder: string, helper: string, words: readonly string[]): Promise<void> =>
  writeFile(join(folder, BIN, `docker-credential-${helper}`), `#!/bin/sh\nexec ${words.map(quote).join(' ')} "$@"\n`, {
    mode: 0o700,
  });

/** Other logins that the user's file holds are read there, when they are asked for: a copy would be one more to lose. */
const withHelper = (
  { auths = {}, credHelpers = {}, ...rest }: DockerConfig,
  host: string,
  helper: string,
): DockerConfig => {
  const written = Object.entries(auths).filter(([, { auth, identitytoken }]) => auth || identitytoken);
  const ours = Object.fromEntries(written.map(([key]) => [key, LOGIN]));
  return { ...rest, credHelpers: { ...credHelpers, ...ours, [dockerKeyOf(host)]: helper } };
};

/** What Docker starts with `get`, and the registry on stdin. Any Node.js runs it. */
const HELPER = `const { readFileSync } = require('node:fs');
const { BYTECHAT_LOGIN_AT: at, BYTECHAT_LOGIN_USERNAME: Username, BYTECHAT_LOGIN_PASSWORD: Secret, BYTECHAT_LOGIN_OTHERS: others } = process.env;
const written = asked => {
  const { auth = '', identitytoken } = JSON.parse(readFileSync(others, 'utf8')).auths[asked];
  const [Username, ...rest] = Buffer.from(auth, 'base64').toString().split(':');
  return identitytoken ? { Username: '<token>', Secret: identitytoken } : { Username, Secret: rest.join(':') };
};
if (process.argv[2] === 'get') {
  const ServerURL = readFileSync(0, 'utf8').trim();
  process.stdout.write(JSON.stringify({ ServerURL, ...(ServerURL === at ? { Username, Secret } : written(ServerURL)) }));
}
`;
