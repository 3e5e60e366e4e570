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

export const HUB = 'docker.io';
const HUBS = [HUB, 'index.docker.io', 'registry-1.docker.io', 'registry.hub.docker.com'];

/** `registry.example.org/team/shop` in its two parts; undefined when it names no registry. */
export const repositoryOf = (written: string): Repository | undefined => {
  const [host = '', ...rest] = written.split('/');
  if (rest.length === 0 || !isHost(host)) return undefined;
  const name = rest.join('/');
  if (!HUBS.includes(host)) return { host, name };
  return { host: HUB, name: name.includes('/') ? name : `library/${name}` };
};

/** Docker's own rule: `team` is a part of a name, `team.org`, `team:5000` and `localhost` are hosts. */
const isHost = (word: string): boolean => /[.:]/.test(word) || word === 'localhost';

/** The name under which Docker keeps the login of a registry. */
export const dockerKeyOf = (host: string): string => (host === HUB ? 'https://index.docker.io/v1/' : host);

/** Where the API of a registry is. Docker, too, speaks plain http to loopback, and to nothing else unasked. */
export const addressOf = (host: string): string => {
  if (host === HUB) return 'https://registry-1.docker.io';
  return `${isLoopback(host) ? 'http' : 'https'}://${host}`;
};

export const isLoopback = (host: string): boolean => /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/.test(host);
