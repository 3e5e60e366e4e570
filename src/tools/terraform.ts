import { type Command, type CommandOptions, command, type flags, type Tool } from '../core/action.ts';

/** Terraform from 1.9 on: before that, `init` has no `-json`. */
export const terraform: Tool = {
  file: 'terraform',
  version: ['version', '-json'],
  atLeast: '1.9',
  install: 'https://developer.hashicorp.com/terraform/install',
  hints: [],
};

/** One root module, and what its variables are. Secrets come by the environment: `TF_VAR_<name>`. */
export interface Folder {
  /** Absolute. */
  readonly dir: string;
  /** Absolute. */
  readonly varFiles?: readonly string[] | undefined;
  /** `name=value`. They are seen in argv. */
  readonly vars?: readonly string[] | undefined;
}

const ASK_MS = 60_000;

/** No questions, no colours, no hints at commands, no look for a newer version. */
export const ENV = { TF_IN_AUTOMATION: '1', TF_INPUT: '0', CHECKPOINT_DISABLE: '1' } as const;

const run = ({ dir }: Pick<Folder, 'dir'>, args: readonly string[], options: CommandOptions = {}): Command =>
  command(terraform, [`-chdir=${dir}`, ...args], { env: ENV, ...options });

/** Terraform's own way to write options: one dash, and a word. */
const options = (values: Parameters<typeof flags>[0]): string[] =>
  Object.entries(values).flatMap(([name, value]) =>
    value === true
      ? [`-${name}`]
      : [value ?? []].flat().flatMap(each => (each === false ? [] : [`-${name}=${String(each)}`])),
  );

const UI = ['-json', '-input=false'];
const PATIENT = { stop: 'patient' } as const;

const variables = ({ varFiles, vars }: Folder): string[] => options({ 'var-file': varFiles, var: vars });

/** How long to wait for somebody else who holds the lock of the state, in s. */
export type LockWait = number;

const lock = (seconds: LockWait): string[] => [`-lock-timeout=${seconds}s`];

/** `backend`: `key=value` or files, for what the configuration leaves open. */
export const init = (folder: Folder, backend: readonly string[], wait: LockWait): Command =>
  run(folder, ['init', ...UI, ...lock(wait), ...options({ 'backend-config': backend })], PATIENT);

export interface Planning extends Folder {
  /** The file that gets the plan: it holds secrets in clear. */
  readonly out?: string | undefined;
  readonly destroy?: boolean | undefined;
}

/** Exit code 0: nothing to do. 2: changes. */
export const plan = (wanted: Planning, wait: LockWait): Command =>
  run(
    wanted,
    [
      'plan',
      ...UI,
      ...lock(wait),
      '-detailed-exitcode',
      ...options({ destroy: wanted.destroy, out: wanted.out }),
      ...variables(wanted),
    ],
    PATIENT,
  );

/** What configuration and state differ in: nothing is asked of what is there, nothing locked. Exit codes as `plan`. */
export const pending = (wanted: Folder): Command =>
  run(wanted, ['plan', ...UI, '-lock=false', '-refresh=false', '-detailed-exitcode', ...variables(wanted)], {
    timeoutMs: 2 * ASK_MS,
  });

/** Exactly what was planned: no variable can be said any more. */
export const apply = (folder: Folder, file: string, wait: LockWait): Command =>
  run(folder, ['apply', ...UI, ...lock(wait), file], PATIENT);

export interface Importing extends Folder {
  /** Of the resource in the configuration: `module.gke.google_container_cluster.this`. */
  readonly address: string;
  /** What the provider knows the object by. */
  readonly id: string;
}

/** It has no `-json`. */
export const importing = (wanted: Importing, wait: LockWait): Command =>
  run(
    wanted,
    ['import', '-input=false', '-no-color', ...lock(wait), ...variables(wanted), wanted.address, wanted.id],
    PATIENT,
  );

export const output = (folder: Folder): Command => run(folder, ['output', '-json', '-no-color'], { timeoutMs: ASK_MS });

/** The addresses in the state, a line each, of the object that is known by this id. */
export const stateList = (folder: Folder, { address, id }: Pick<Importing, 'address' | 'id'>): Command =>
  run(folder, ['state', 'list', ...options({ id }), address], { timeoutMs: ASK_MS });

/** The state as JSON, or a plan with what it starts from; secrets in clear. */
export const show = (folder: Pick<Folder, 'dir'>, file?: string): Command =>
  run(folder, ['show', '-json', '-no-color', ...(file === undefined ? [] : [file])], { timeoutMs: 2 * ASK_MS });

export const workspace = (folder: Folder): Command => run(folder, ['workspace', 'show'], { timeoutMs: ASK_MS });

/** Exit code 3: the files that it names are not formatted. 2: they cannot be read. */
export const formatted = (folder: Folder): Command =>
  run(folder, ['fmt', '-check', '-recursive', '-no-color'], { timeoutMs: ASK_MS });

export const validate = (folder: Folder): Command => run(folder, ['validate', '-json'], { timeoutMs: 5 * ASK_MS });

/** What a person types to take a lock away that nobody holds any more. */
export const unlockCommand = ({ dir }: Folder, id: string): string => `terraform -chdir=${dir} force-unlock ${id}`;
