import { type Command, type CommandOptions, command, flags } from '../core/action.ts';
import type { SecretRef, ValueRef } from '../core/json.ts';
import { docker } from './docker-tool.ts';

export { docker };

/** A command of Docker's own, with what a user must know when it fails. */
const run = (args: Command['args'], options: CommandOptions = {}): Command => command(docker, args, options);

const ASK_MS = 20_000;
const ask = (...args: string[]): Command => run(args, { timeoutMs: ASK_MS });

export const versions = (): Command => ask('version', '--format', '{{json .}}');

export const buildxVersion = (): Command => ask('buildx', 'version');

export interface BuildRequest {
  readonly context: string | ValueRef;
  readonly dockerfile: string;
  readonly tag: string;
  readonly platform: string;
  readonly stage?: string | undefined;
  readonly args: Readonly<Record<string, string>>;
  /** Names of environment variables that the build may mount. */
  readonly secrets: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

/** Builds into the daemon's own images. Its output is plain, so that a line of it is a line of ours. */
export const build = (request: BuildRequest): Command => {
  const { context, dockerfile, tag, platform, stage, args, secrets, labels } = request;
  const options = flags({
    file: dockerfile,
    tag,
    platform,
    target: stage,
    'build-arg': pairs(args),
    secret: secrets.map(name => `id=${name},env=${name}`),
    label: pairs(labels),
    progress: 'plain',
    load: true,
  });
  return run(['buildx', 'build', ...options, context], {
    env: Object.fromEntries(secrets.map(name => [name, { $secret: name }])),
  });
};

export const pull = (image: string, platform: string): Command => run(['pull', '--platform', platform, image]);

export const push = (image: string, timeoutMs: number): Command => run(['push', image], { timeoutMs });

/** What `{{json}}` of an image tells that matters here. */
export const inspectImage = (image: string): Command => ask('image', 'inspect', '--format', '{{json .}}', image);

/** One line of JSON for each tag of a repository. */
export const tagsOf = (repository: string): Command => ask('image', 'ls', repository, '--format', '{{.Tag}}');

export const tag = (image: string, name: string): Command => run(['tag', image, name]);

export const removeImage = (image: string): Command => run(['image', 'rm', image]);

export interface ContainerRequest {
  readonly name: string;
  readonly image: string;
  readonly command: readonly string[];
  /** What is secret, or known only when it runs, is named and handed over beside the arguments. */
  readonly env: Readonly<Record<string, string | SecretRef | ValueRef>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly network?: string | undefined;
  /** Volume by the folder it is mounted at. */
  readonly volumes: Readonly<Record<string, string>>;
  /** Folders that live in memory, and are gone when it ends. */
  readonly inMemory?: readonly string[];
  /** `127.0.0.1:5001:8080` */
  readonly publish?: string | undefined;
  readonly restart: 'no' | 'unless-stopped';
  readonly user?: string | undefined;
  readonly writable: boolean;
  readonly capabilities: readonly string[];
  /** How long it may take to end in order, in s. */
  readonly stopAfter: number;
}

/**
 * A container that may do nothing that was not asked for. The values of secrets stay out of the arguments: Docker takes a
 * variable that is only named from its own environment.
 */
export const runContainer = (request: ContainerRequest): Command => containerBy(['run', '--detach'], request);

/** The same, to be started later. */
export const makeContainer = (request: ContainerRequest): Command => containerBy(['create'], request);

const containerBy = (verb: readonly string[], request: ContainerRequest): Command => {
  const { name, image, command: words, env, writable, capabilities, stopAfter, user, ...rest } = request;
  const { inMemory = [] } = rest;
  const named = Object.entries(env).filter(
    (entry): entry is [string, SecretRef | ValueRef] => typeof entry[1] !== 'string',
  );
  const plain = Object.entries(env).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  const options = flags({
    name,
    network: rest.network,
    publish: rest.publish,
    restart: rest.restart,
    // It turns its files over by itself, whatever driver the daemon would take.
    'log-driver': 'local',
    user,
    'read-only': !writable,
    tmpfs: [...(writable ? [] : ['/tmp']), ...inMemory],
    'cap-drop': 'ALL',
    'cap-add': capabilities,
    'security-opt': 'no-new-privileges',
    'stop-timeout': Math.ceil(stopAfter),
    volume: Object.entries(rest.volumes).map(([folder, volume]) => `${volume}:${folder}`),
    label: pairs(rest.labels),
    env: [...plain.map(([key, value]) => `${key}=${value}`), ...named.map(([key]) => key)],
  });
  return run([...verb, ...options, image, ...words], { env: Object.fromEntries(named) });
};

export const createNetwork = (name: string, labels: Readonly<Record<string, string>>): Command =>
  run(['network', 'create', ...flags({ label: pairs(labels) }), name]);

export const inspectNetwork = (name: string): Command => ask('network', 'inspect', '--format', '{{.Name}}', name);

export const removeNetwork = (name: string): Command => run(['network', 'rm', name]);

export const removeVolume = (name: string): Command => run(['volume', 'rm', name]);

/** Does nothing when it is there. */
export const createVolume = (name: string, labels: Readonly<Record<string, string>>): Command =>
  run(['volume', 'create', ...flags({ label: pairs(labels) }), name]);

/** The ids of all containers with these labels, also of those that have ended. */
export const containersWith = (labels: Readonly<Record<string, string>>): Command =>
  ask('ps', '--all', '--quiet', '--no-trunc', ...flags({ filter: pairs(labels).map(pair => `label=${pair}`) }));

/**
 * All containers that are called so, of whoever they are: a line each, its name and the values of these labels, with tabs
 * between them.
 */
export const namesLike = (base: string, labels: readonly string[]): Command =>
  ask(
    'ps',
    '--all',
    '--filter',
    `name=^/${base}(-run|-[0-9a-f]{6}-[0-9]+)?$`,
    '--format',
    ['{{.Names}}', ...labels.map(label => `{{.Label "${label}"}}`)].join('\t'),
  );

/** Without the environment of a container: secrets live there. */
const SHOWN = [
  '"name":{{json .Name}}',
  '"state":{{json .State}}',
  '"labels":{{json .Config.Labels}}',
  '"image":{{json .Config.Image}}',
  '"restarts":{{json .RestartCount}}',
  '"ports":{{json .HostConfig.PortBindings}}',
  '"created":{{json .Created}}',
].join(',');

/** One line of JSON for each container. */
export const inspectContainers = (names: readonly string[]): Command =>
  ask('inspect', '--type', 'container', '--format', `{${SHOWN}}`, ...names);

/** One that is never started, to look into its files. */
export const createContainer = (name: string, image: string): Command => run(['create', '--name', name, image]);

/** A file of a container, as the only one of a tar archive. */
export const readFile = (name: string, file: string): Command => ask('cp', '--follow-link', `${name}:${file}`, '-');

export const start = (name: string): Command => run(['start', name]);

/** Ends it as it was told to when it was made: SIGTERM, and SIGKILL when its time is over. */
export const stop = (name: string): Command => run(['stop', name]);

export const remove = (name: string): Command => run(['rm', '--force', '--volumes', name]);

export const update = (name: string, restart: ContainerRequest['restart']): Command =>
  run(['update', '--restart', restart, name]);

/** Runs a program in a container that runs. */
export const exec = (name: string, words: readonly string[], options: CommandOptions = {}): Command =>
  run(['exec', ...(options.input === undefined ? [] : ['--interactive']), name, ...words], options);

export interface LogRequest {
  /** How many of the last lines. Default: all. */
  readonly tail?: number;
  /** Only what was printed after this time, in ISO 8601. */
  readonly since?: string;
  /** Goes on until the container ends. Default: what there is now. */
  readonly follow?: boolean;
}

export const logs = (name: string, { tail, since, follow }: LogRequest): Command =>
  run(['logs', ...flags({ tail, since, follow }), name]);

/** Docker keeps the login as its own settings say; the password goes by stdin. */
export const login = (host: string, { username, password }: { username: string; password: string }): Command =>
  run(['login', '--username', username, '--password-stdin', host], {
    input: { $secret: password },
    timeoutMs: LOGIN_MS,
  });

const LOGIN_MS = 60_000;

/** The ids of all containers, of whoever they are. */
export const allContainers = (): Command => ask('ps', '--all', '--quiet', '--no-trunc');

/** What containers were made from, one line of JSON for each. */
export const imagesOfContainers = (ids: readonly string[]): Command =>
  ask('inspect', '--type', 'container', '--format', '{"id":{{json .Image}},"name":{{json .Config.Image}}}', ...ids);

/** How images are called, one line of JSON for each. */
export const namesOfImages = (ids: readonly string[]): Command =>
  ask('image', 'inspect', '--format', '{"tags":{{json .RepoTags}},"digests":{{json .RepoDigests}}}', ...ids);

const pairs = (values: Readonly<Record<string, string>>): string[] =>
  Object.entries(values).map(([key, value]) => `${key}=${value}`);
