import type { Check } from '../checks/check.ts';
import { checksFor } from '../checks/index.ts';
import type { Config } from '../config/config.ts';
import { isTargetNamed, namedProject } from '../config/origin.ts';
import type { Facts } from '../core/fact.ts';
import { demand } from '../core/facts/demand.ts';
import { git } from '../core/facts/git.ts';
import { machine } from '../core/facts/machine.ts';
import type { Plan } from '../core/plan.ts';
import { BytechatError, isError, type Problem } from '../core/problem.ts';
import { type Operations, operations } from '../operations/index.ts';
import type { Change, Question } from '../operations/operation.ts';
import { targetOf } from '../targets/index.ts';
import type { Decision } from '../targets/target.ts';

type Options = Plan['options'];

/** The first words of all subcommands: what a README may name. */
const commands = [
  ...new Set([...Object.keys(operations), 'plan', 'completion', 'help'].map(name => name.split(' ')[0] ?? name)),
];

const scopes = {
  none: [],
  reach: ['reach'],
  made: ['reach', 'made'],
  size: ['reach', 'size'],
  build: ['reach', 'build'],
  preflight: ['reach', 'build', 'size', 'preflight'],
  everything: ['reach', 'build', 'size', 'preflight', 'project'],
} as const;

type Checked = Pick<Change, 'checks'>;

const checksIn = (wanted: readonly string[], { target }: Config): readonly Check[] => {
  const matters = ({ targets }: Check): boolean => targets === undefined || targets.includes(target);
  return checksFor(commands).filter(check => wanted.includes(check.scope) && matters(check));
};

/** The checks that look in any case. */
export const standing = ({ checks }: Checked, config: Config): readonly Check[] => checksIn(scopes[checks], config);

/** Those that look only when something would change. */
export const ofChange = ({ checks }: Checked, config: Config): readonly Check[] =>
  checks === 'preflight' || checks === 'everything' ? checksIn(['change'], config) : [];

/** All that can look at these facts. */
const checksOf = (operation: Checked, config: Config, facts: Facts): readonly Check[] => [
  ...standing(operation, config),
  ...(demand.of(facts) ? ofChange(operation, config) : []),
];

/** The facts that an operation and its checks look at. */
export const factsFor = (operation: Change | Question, config: Config): string[] => [
  ...operation.facts(config),
  ...standing(operation, config).flatMap(({ facts }) => facts),
  ...('recorded' in operation && operation.recorded ? [git.name] : []),
  ...('locks' in operation && operation.locks ? [machine.name] : []),
];

/** What a decision is made from. */
export interface Deciding {
  readonly config: Config;
  readonly facts: Facts;
  readonly options: Options;
}

/** What all of them find; what another one says better is left to that one. */
const examine = (checks: readonly Check[], config: Config, facts: Facts): Problem[] => {
  const found = checks.map(check => ({ ...check, problems: check.examine(config, facts) }));
  const loud = found.filter(({ problems }) => problems.length > 0).map(({ id }) => id);
  return found.flatMap(({ unless, problems }) => (unless !== undefined && loud.includes(unless) ? [] : problems));
};

/** Puts a decision together with what the checks found. Pure. */
export const decide = (operation: Change, name: string, { config, facts, options }: Deciding): Plan => {
  const checks = checksOf(operation, config, facts);
  const problems = examine(checks, config, facts);
  // Steps are decided on facts that the checks vouch for; where those do not hold there is nothing to decide.
  const decision: Decision = problems.some(isError) ? { steps: [] } : operation.plan(config, facts, options);
  const { steps, later = [], leftovers = [], next, release, config: configName, settings } = decision;
  const { notices = [], costs, result, books } = decision;
  const project = config.kubernetes.gke?.project;
  return {
    schema: 1,
    goal: name,
    app: decision.app ?? config.app.name,
    target: config.target,
    ...(config.environment !== undefined && { environment: config.environment }),
    ...(isTargetNamed(config) && { targetNamed: true }),
    ...(project !== undefined && { project }),
    ...(project !== undefined && namedProject(config) === project && { projectNamed: true }),
    options,
    steps,
    later,
    leftovers,
    ...(next && { next }),
    problems,
    facts,
    onFailure: 'stop',
    checks: checks.length,
    context: decision.context ?? (operation.standalone || operation.aside ? [config.root] : contextOf(config, facts)),
    ...(release !== undefined && { release }),
    ...(configName !== undefined && { config: configName }),
    ...(settings !== undefined && { settings }),
    ...(notices.length > 0 && { notices }),
    ...(costs && { costs }),
    ...(result !== undefined && { result }),
    ...(books && { books }),
  };
};

/** What keeps a question from being asked at all; what is only worth a warning does not. */
export const unreachable = (question: Checked, config: Config, facts: Facts): readonly Problem[] =>
  examine(standing(question, config), config, facts).filter(isError);

/** Validates options; every wrong one is named. */
export const parseOptions = (operation: Pick<Change, 'options'>, options: object): Options => {
  const parsed = operation.options.safeParse(options);
  if (parsed.success) return parsed.data as Options;
  const problems = parsed.error.issues.map(
    ({ path, message }): Problem => ({
      code: 'usage',
      message: `${path.join('.') || 'options'}: ${message}`,
      fix: 'bytechat help',
    }),
  );
  throw new BytechatError(problems);
};

const contextOf = (config: Config, facts: Facts): string[] => {
  const commit = git.of(facts);
  const who = machine.of(facts);
  return [
    ...(config.environment === undefined ? [] : [`environment ${config.environment}`]),
    targetOf(config).place(config, facts),
    ...(commit ? [commitLine(commit)] : []),
    ...(who ? [`by ${who.user}@${who.host}`] : []),
  ];
};

const commitLine = ({ commit, dirty }: { commit: string; dirty: number }): string => {
  const name = commit === 'unknown' ? 'commit unknown' : `commit ${commit.slice(0, 7)}`;
  return dirty > 0 ? `${name}, ${dirty} ${dirty === 1 ? 'file' : 'files'} not committed` : name;
};

export type { Operations };
