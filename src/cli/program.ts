import { Command, Option } from 'commander';
import { targetNames } from '../core/target.ts';
import type { CommandSpec, OptionSpec } from './manifest.ts';

/** What every subcommand understands. */
export interface GlobalOptions {
  readonly target?: string;
  readonly project?: string;
  readonly env?: string;
  readonly config?: string;
  readonly directory?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly yes?: boolean;
  readonly color?: boolean;
  readonly ascii?: boolean;
}

type OptionValue = string | number | boolean | readonly string[] | undefined;

export interface Invocation {
  readonly name: string;
  readonly options: Readonly<Record<string, OptionValue>>;
  readonly global: GlobalOptions;
}

type Handler = (invocation: Invocation) => Promise<void>;

/** Options that belong to the command line rather than to an operation: they say how to run it, not what it decides. */
const DRY_RUN: OptionSpec = {
  flags: '--dry-run',
  description: 'print what would be run, and change nothing',
  type: 'boolean',
};
const LOCK_WAIT: OptionSpec = {
  flags: '--lock-wait <time>',
  description: 'wait for another deploy, for example 10m',
  type: 'string',
};

const PASSWORD_STDIN: OptionSpec = {
  flags: '--password-stdin',
  description: 'read the password from stdin; a terminal is asked for it',
  type: 'boolean',
};

const DETAILED: OptionSpec = {
  flags: '--detailed-exitcode',
  description: 'exit with 0 for nothing to do, 2 for changes',
  type: 'boolean',
};

const EXTRAS: Readonly<Record<string, readonly OptionSpec[]>> = {
  deploy: [
    { flags: '--plan <file>', description: 'run exactly what bytechat plan --out has saved', type: 'string' },
    DRY_RUN,
    LOCK_WAIT,
  ],
  init: [DRY_RUN],
  rollback: [DRY_RUN, LOCK_WAIT],
  destroy: [DRY_RUN, LOCK_WAIT],
  'docker build': [DRY_RUN, LOCK_WAIT],
  'docker push': [DRY_RUN, LOCK_WAIT],
  'docker run': [DRY_RUN, LOCK_WAIT],
  'docker stop': [DRY_RUN, LOCK_WAIT],
  'gke create': [DRY_RUN, LOCK_WAIT],
  'gke update': [DRY_RUN, LOCK_WAIT],
  'gke delete': [DRY_RUN, LOCK_WAIT],
  'gcr push': [DRY_RUN, LOCK_WAIT],
  'gcr prune': [DRY_RUN, LOCK_WAIT],
  'helm install': [DRY_RUN, LOCK_WAIT],
  'helm upgrade': [DRY_RUN, LOCK_WAIT],
  'helm rollback': [DRY_RUN, LOCK_WAIT],
  'helm uninstall': [DRY_RUN, LOCK_WAIT],
  'gke credentials': [DRY_RUN],
  'gcr login': [DRY_RUN],
  'kube apply': [DRY_RUN, LOCK_WAIT],
  'kube delete': [DRY_RUN, LOCK_WAIT],
  'ansible run': [DRY_RUN],
  'registry login': [PASSWORD_STDIN, DRY_RUN],
  'registry push': [DRY_RUN, LOCK_WAIT],
  'registry prune': [DRY_RUN, LOCK_WAIT],
  'terraform init': [LOCK_WAIT],
  'terraform plan': [DETAILED],
  'terraform apply': [DRY_RUN, LOCK_WAIT],
  'terraform destroy': [DRY_RUN, LOCK_WAIT],
  'terraform import': [DRY_RUN, LOCK_WAIT],
};

/** Preview of deploy. Not an operation: it is what deploy decides, shown instead of run. */
const PLAN: CommandSpec = {
  name: 'plan',
  summary: 'show what deploy would do',
  group: 'Everyday',
  kind: 'question',
  options: [
    { flags: '--out <file>', description: 'save the plan for bytechat deploy --plan', type: 'string' },
    DETAILED,
  ],
  examples: [
    ['bytechat plan', 'what would change, and why'],
    ['bytechat plan --out plan.json', 'for review, and for deploy --plan plan.json'],
  ],
};

const HOW_TO_INSTALL = {
  bash: ['source <(bytechat completion bash)', 'in ~/.bashrc'],
  zsh: ['bytechat completion zsh > ~/.zfunc/_bytechat', '~/.zfunc in $fpath'],
  fish: ['bytechat completion fish > ~/.config/fish/completions/bytechat.fish', ''],
} as const;

/** Not operations either: they are made from the commands themselves. */
const COMPLETION = (['bash', 'zsh', 'fish'] as const).map(
  (shell): CommandSpec => ({
    name: `completion ${shell}`,
    summary: `the script for ${shell}`,
    group: 'Parts',
    kind: 'question',
    options: [],
    examples: [HOW_TO_INSTALL[shell]],
  }),
);

const ORDER = ['deploy', 'plan', 'status', 'logs', 'open', 'rollback', 'history', 'destroy'];

export const allCommands = (manifest: readonly CommandSpec[]): CommandSpec[] => {
  const place = ({ name }: CommandSpec): number => (ORDER.includes(name) ? ORDER.indexOf(name) : ORDER.length);
  return [...manifest, PLAN, ...COMPLETION].sort((a, b) => place(a) - place(b));
};

/** The table of commands as a command line: names nest, options come from their schemas. */
export const program = (manifest: readonly CommandSpec[], handle: Handler, version = ''): Command => {
  const root = withGlobals(new Command('bytechat'))
    .description('bytechat takes an app from source to people. Start with bytechat deploy.')
    .version(version, '-V, --version', 'print the version')
    .addHelpText('after', AFTER)
    .showSuggestionAfterError()
    .configureHelp({ showGlobalOptions: false })
    .exitOverride();
  for (const spec of allCommands(manifest)) addCommand(root, spec, handle);
  return root;
};

const AFTER = `
bytechat <command> --help has examples. Exit codes: 0 done, 1 a step failed,
2 your input, 3 your machine, 70 timed out, 130 you stopped it.`;

const GROUPS = { Everyday: 'Everyday', Before: 'Before', Parts: 'Parts' } as const;

/** What the commands below one word have in common. */
const TOPICS: Readonly<Record<string, string>> = {
  config: 'show, explain and export the configuration',
  lock: 'see who is deploying, and end a lock that is dead',
  docker: 'build the image, push it, and try it',
  gke: 'make, look at, change and delete the cluster at Google',
  gcr: 'keep images in Artifact Registry, which Container Registry has become',
  helm: 'make, change and look at Helm releases: of the app, and of any chart',
  kube: 'apply manifests to a cluster, compare, watch and delete them',
  ansible: 'run playbooks, and say what they would change',
  registry: 'log in where images are kept, fill it and clean it',
  terraform: 'plan and apply any Terraform folder, and read what it has made',
  completion: 'complete commands in bash, zsh and fish',
};

const addCommand = (root: Command, spec: CommandSpec, handle: Handler): void => {
  const words = spec.name.split(' ');
  const leaf = words.reduce(
    (parent, word) => parent.commands.find(each => each.name() === word) ?? parent.command(word),
    root,
  );
  const top = root.commands.find(each => each.name() === words[0]);
  top?.helpGroup(`${GROUPS[spec.group]}:`);
  if (words.length > 1) top?.description(TOPICS[words[0] ?? ''] ?? '').exitOverride();
  leaf.description(spec.summary).exitOverride();
  if (spec.argument) leaf.argument(`<${spec.argument.key}>`, spec.argument.description);
  for (const option of [...spec.options, ...(EXTRAS[spec.name] ?? [])]) leaf.addOption(toOption(option));
  withGlobals(leaf).addHelpText('after', examplesOf(spec));
  leaf.action(() => {
    const own = leaf.opts();
    const typed = Object.entries(own).filter(([key]) => leaf.getOptionValueSource(key) !== 'default');
    const said = spec.argument ? { [spec.argument.key]: leaf.args[0] } : {};
    return handle(invocationOf(spec.name, { ...own, ...root.opts(), ...Object.fromEntries(typed), ...said }));
  });
};

const GLOBAL = ['target', 'project', 'env', 'config', 'directory', 'json', 'quiet', 'yes', 'color', 'ascii'];

const invocationOf = (name: string, all: Record<string, OptionValue>): Invocation => {
  const is = (key: string): boolean => GLOBAL.includes(key);
  const pick = (wanted: boolean) =>
    Object.fromEntries(Object.entries(all).filter(([key]) => is(key) === wanted && key !== 'version'));
  return { name, options: pick(false), global: pick(true) as GlobalOptions };
};

/** They may stand before the command and after it. */
const withGlobals = (command: Command): Command =>
  command
    .optionsGroup('Everywhere:')
    .addOption(target())
    .option('--project <id>', 'the project of Google Cloud')
    .option('--env <name>', 'one of the environments of bytechat.yaml')
    .option('--config <file>', 'another file than bytechat.yaml')
    .option('-C, --directory <folder>', 'the project; by default the current folder')
    .option('--json', 'results and events as JSON, a line each')
    .option('--quiet', 'only results and problems')
    .option('--yes', 'do not ask before something is destroyed')
    .option('--no-color', 'no colour; NO_COLOR does the same')
    .option('--ascii', 'no characters beyond ASCII');

/** Its choices are only told: what is wrong with a target is said by whoever reads the config. */
const target = (): Option =>
  Object.assign(new Option('--target <name>', 'where to deploy'), { argChoices: [...targetNames] });

const toOption = ({ flags, description, type, choices, byDefault }: OptionSpec): Option => {
  const option = new Option(flags, description);
  if (choices) option.choices(choices);
  if (type === 'number') option.argParser(Number);
  // Once for each, so that what follows is never taken for one of them.
  if (type === 'list') option.argParser((value, before: readonly string[] = []) => [...before, value]);
  return byDefault === undefined ? option : option.default(byDefault);
};

const examplesOf = ({ examples }: CommandSpec): string => {
  const width = Math.max(...examples.map(([command]) => command.length));
  return `\nExamples:\n${examples.map(([command, purpose]) => `  ${command.padEnd(width)}  ${purpose}`).join('\n')}`;
};
