import type { z } from 'zod';
import type { Config } from '../config/config.ts';
import type { Answer } from '../core/answer.ts';
import { demand } from '../core/facts/demand.ts';
import type { Json } from '../core/json.ts';
import type { Plan } from '../core/plan.ts';
import { BytechatError, type Problem, problemsOf } from '../core/problem.ts';
import type { Report } from '../core/report.ts';
import type { Redactor } from '../engine/redact.ts';
import { operations } from '../operations/index.ts';
import type { Change, Question } from '../operations/operation.ts';
import { act } from './act.ts';
import { type Deciding, decide, factsFor, parseOptions, unreachable } from './decide.ts';
import { demandFor, factsOfDemand } from './demand.ts';
import type { HostOptions } from './options.ts';
import { bareProject, defaultProject, type ProjectOptions, readProject } from './project.ts';
import { createWorld, learnSecrets, look, type World } from './world.ts';

type AnyChange = Change<z.ZodObject>;
type Asked = Pick<AnyChange, 'standalone' | 'target' | 'appless' | 'configure' | 'options'>;

/** Where deciding and doing meet. */
export interface Host {
  config(): Promise<Config>;
  plan(operation: AnyChange, name: string, options: object): Promise<Plan>;
  change(operation: AnyChange, name: string, options: object): Promise<Report>;
  runSaved(plan: Plan): Promise<Report>;
  ask(question: Question<z.ZodObject>, options: object): Promise<Answer>;
}

interface Wanted {
  readonly name: string;
  readonly given: object;
  /** What was found before anything could be decided. */
  readonly problems: readonly Problem[];
}

export const createHost = (options: HostOptions): Host => {
  const world = createWorld(options);
  const { onEvent = () => {}, lockWaitMs = 0 } = options;
  const project = async (wanted: ProjectOptions = options): Promise<Config> => {
    const config = await readProject(wanted);
    learnSecrets(config, world);
    return config;
  };
  const plainProject = async ({ standalone, target, appless }: Asked, wanted: ProjectOptions): Promise<Config> =>
    standalone ? bareProject(wanted) : project({ ...wanted, ...(target && meant(target)), appless });
  const projectFor = async (asked: Asked, given: object, wanted: ProjectOptions = options): Promise<Config> => {
    const config = await plainProject(asked, wanted);
    return asked.configure?.(config, parseOptions(asked, given) as never) ?? config;
  };
  const planWith = async (config: Config, operation: AnyChange, { name, given, problems }: Wanted): Promise<Plan> => {
    const parsed = parseOptions(operation, given);
    const deciding = await lookTwice(operation, { config, facts: {}, options: parsed }, world);
    const plan = decide(operation, name, deciding);
    return { ...plan, problems: [...problems, ...plan.problems] };
  };
  const run = async (config: Config, operation: AnyChange, wanted: Wanted): Promise<Report> => {
    const replan = () => planWith(config, operation, wanted);
    return follow(await replan(), replan, current =>
      act(current, operation, { config, world, onEvent, lockWaitMs, replan }),
    );
  };
  const said = sayWith(world.redactor);
  return {
    config: () => said(() => project()),
    plan: (operation, name, given) =>
      said(async () => planWith(await projectFor(operation, given), operation, { name, given, problems: [] })),
    change: (operation, name, given) =>
      said(async () => {
        if (operation.checks !== 'everything')
          return run(await projectFor(operation, given), operation, { name, given, problems: [] });
        const { config, problems } = await projectOrDefault(project, options);
        return run(config, operation, { name, given, problems });
      }),
    runSaved: plan =>
      said(async () => {
        const operation = changeNamed(plan.goal);
        const config = await projectFor(operation, plan.options, whereItWasMade(plan, options));
        return act(plan, operation, { config, world, onEvent, lockWaitMs });
      }),
    ask: (question, given) =>
      said(async () => {
        const config = await projectFor(question, given);
        const facts = await look(factsFor(question, config), config, world);
        const problems = unreachable(question, config, facts);
        if (problems.length > 0) throw new BytechatError(problems);
        return world.redactor.scrubJson(question.answer(config, facts, parseOptions(question, given) as never));
      }),
  };
};

const meant = (target: NonNullable<Asked['target']>): Pick<ProjectOptions, 'target' | 'among'> =>
  typeof target === 'string' ? { target } : { among: target };

/** Looks at what there is, and when something would change also at what that asks for. */
const lookTwice = async (operation: AnyChange, deciding: Deciding, world: World): Promise<Deciding> => {
  const { config } = deciding;
  const first = { ...deciding, facts: await look(factsFor(operation, config), config, world) };
  const demanded = demandFor(operation, first);
  if (!demanded) return first;
  const more = await look(factsOfDemand(operation, first), config, world, demanded);
  return { ...first, facts: { ...first.facts, [demand.name]: demanded as unknown as Json, ...more } };
};

/** Whatever goes wrong inside leaves as coded Problems, and without a secret. */
const sayWith =
  (redactor: Redactor) =>
  async <Result>(work: () => Promise<Result>): Promise<Result> => {
    try {
      return await work();
    } catch (error) {
      // Not with the error as its cause: that one may hold what was taken out here.
      throw new BytechatError(redactor.scrubJson(problemsOf(error)));
    }
  };

/** Runs a plan, and then the stages that could be planned only when it was done. */
const follow = async (
  plan: Plan,
  replan: () => Promise<Plan>,
  run: (plan: Plan) => Promise<Report>,
): Promise<Report> => {
  const report = await run(plan);
  if (!report.ok || plan.later.length === 0) return report;
  const next = await follow(await replan(), replan, run);
  return {
    ...next,
    changed: next.changed || report.changed,
    durationMs: report.durationMs + next.durationMs,
    steps: [...report.steps, ...next.steps],
  };
};

/** A saved plan brings its environment, its target and its project with it: its state, history and journal are there. */
const whereItWasMade = (plan: Plan, options: HostOptions): ProjectOptions => {
  const { environment, target, targetNamed, project } = plan;
  const wanted = options.environment;
  if (options.target !== undefined && options.target !== target) throw new BytechatError(forAnother(target));
  const other = options.gcpProjectId;
  if (other !== undefined && other !== project) throw new BytechatError(forAnotherProject(project));
  const own = {
    ...(environment && { environment }),
    ...(targetNamed && { target }),
    ...(project && { gcpProjectId: project }),
  };
  if (wanted === undefined || wanted === environment) return { ...options, ...own };
  throw new BytechatError({
    code: 'bad-plan',
    message: `This plan is ${environment ? `for the environment ${environment}` : 'for no environment'}, not for ${wanted}`,
    fix: environment ? `leave --env out, or write --env ${environment}` : 'leave --env out',
  });
};

const forAnother = (target: string): Problem => ({
  code: 'bad-plan',
  message: `This plan is for the target ${target}`,
  fix: `leave --target out, or write --target ${target}`,
});

const forAnotherProject = (project: string | undefined): Problem => ({
  code: 'bad-plan',
  message: project ? `This plan is for the project ${project}` : 'This plan is for no project of Google Cloud',
  fix: project ? `leave --project out, or write --project ${project}` : 'leave --project out',
});

const changeNamed = (name: string): AnyChange => {
  const operation = Object.entries(operations).find(([key]) => key === name)?.[1];
  if (operation?.kind === 'change') return operation as unknown as AnyChange;
  throw new BytechatError({
    code: 'bad-plan',
    message: `This plan is for ${name}, which nobody can run`,
    fix: 'bytechat plan --out <file>',
  });
};

/** A file with problems does not hide those of the machine: the rest is checked with the defaults. */
const projectOrDefault = async (
  project: () => Promise<Config>,
  options: HostOptions,
): Promise<{ config: Config; problems: readonly Problem[] }> => {
  try {
    return { config: await project(), problems: [] };
  } catch (error) {
    if (!(error instanceof BytechatError)) throw error;
    return { config: defaultProject(options), problems: error.problems };
  }
};
