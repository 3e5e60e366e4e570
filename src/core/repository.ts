/** Where images are kept: a registry, and the name of a repository in it. */
export interface Repository {
  /** With its port when it has one. */
  readonly host: string;
  readonly name: string;
}

/** Who logs in: the password is the name of an environment variable, never a value. */
export interface Login {
  readonly username: string;
  readonly password: string;
}

/** An image, or only its repository, as Docker writes it, and who asks for it. Without a login, Docker's own counts. */
export interface Stored extends Partial<Login> {
  readonly image: string;
}

export const HUB = 'docker.io';
const HUBS = [HUB, 'index.docker.io', 'registry-1.docker.io', 'registry.hub.docker.com'];

/** `registry.example.org/team/shop:tag` without its tag or digest, in two parts; undefined when it names no registry. */
export const repositoryOf = (written: string): Repository | undefined => {
  const [host = '', ...rest] = written.split('/');
  if (rest.length === 0 || !isHost(host)) return undefined;
  const name = rest.join('/').replace(REFERENCE, '');
  if (!HUBS.includes(host)) return { host, name };
  return { host: HUB, name: name.includes('/') ? name : `library/${name}` };
};

const REFERENCE = /(:[^/@]+)?(@[^/]+)?$/;

/** The digest of an image, or else its tag; empty when it has neither. */
export const referenceOf = (written: string): string => {
  const [, tag = '', digest = ''] = REFERENCE.exec(written.slice(written.indexOf('/') + 1)) ?? [];
  return (digest || tag).slice(1);
};

/** Docker's own rule: `team` is a part of a name, `team.org`, `team:5000` and `localhost` are hosts. */
const isHost = (word: string): boolean => /[.:]/.test(word) || word === 'localhost';

export const loginOf = ({ username, password }: Partial<Login>): Login | null =>
  username === undefined || password === undefined ? null : { username, password };

/** The name under which Docker keeps the login of a registry. */
export const dockerKeyOf = (host: string): string => (host === HUB ? 'https://index.docker.io/v1/' : host);

/** Where the API of a registry is. Docker, too, speaks plain http to loopback, and to nothing else unasked. */
export const addressOf = (host: string): string => {
  if (host === HUB) return 'https://registry-1.docker.io';
  return `${isLoopback(host) ? 'http' : 'https'}://${host}`;
};

export const isLoopback = (host: string): boolean => /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/.test(host);

/** Repositories as one can compare them: Docker leaves out what it takes for granted. */
export const fullNameOf = (written: string): string => {
  const { host, name } = repositoryOf(written) ?? (repositoryOf(`${HUB}/${written}`) as Repository);
  return `${host}/${name}`;
};
