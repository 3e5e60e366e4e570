import process from 'node:process';
import type { Config } from '../config/config.ts';
import { call } from '../core/action.ts';
import { need } from '../core/fact.ts';
import { git } from '../core/facts/git.ts';
import { machine } from '../core/facts/machine.ts';
import { type ServingFact, serving } from '../core/facts/serving.ts';
import type { Json } from '../core/json.ts';
import type { Plan } from '../core/plan.ts';
import type { Problem } from '../core/problem.ts';
import type { ReleaseRecord } from '../core/release.ts';
import {
  type Listener,
  type NewEvent,
  type PipelineEvent,
  problemsOfReport,
  type Report,
  type Serving,
  type StepResult,
} from '../core/report.ts';
import { writeEvidence } from '../engine/evidence.ts';
import { runId } from '../engine/file-journal.ts';
import { type RunContext, runPlan } from '../engine/run-plan.ts';
import type { Change } from '../operations/operation.ts';
import { booksOf } from './books.ts';
import { stateOf } from './project.ts';
import { look, type World } from './world.ts';

export interface Acting {
  readonly config: Config;
  readonly world: World;
  readonly onEvent: Listener;
  readonly lockWaitMs: number;
  /** Decides again under the lock; none for a saved plan. */
  readonly replan?: () => Promise<Plan>;
}

/** Runs a plan in the world, with the lock, journal and history of the project. */
export const act = async (plan: Plan, operation: Change, acting: Acting): Promise<Report> => {
  const events: PipelineEvent[] = [];
  const report = await runPlan(plan, {
    ...contextOf(plan, acting, events),
    ...bookkeeping(plan, operation, { ...acting, events }),
  });
  return acting.world.redactor.scrubJson(report);
};

const contextOf = (plan: Plan, { config, world, onEvent, replan, lockWaitMs }: Acting, events: PipelineEvent[]) => {
  const who = machine.of(plan.facts);
  const { lock } = booksOf(config, plan);
  return {
    run: runId(new Date(), process.pid),
    runner: world.runner,
    clients: { ...world.clients, lock: async () => ((await lock.break()) ?? null) as unknown as Json },
    signal: world.signal,
    reveal: world.secrets.reveal,
    owner: who ? `${who.user}@${who.host}` : 'unknown',
    lockWaitMs,
    replan,
    emit: (event: NewEvent) => {
      const told = world.redactor.scrubJson({ at: new Date().toISOString(), ...event }) as PipelineEvent;
      events.push(told);
      onEvent(told);
    },
    observe: (names: readonly string[]) => look(names, config, world),
  } satisfies Partial<RunContext>;
};

type Booking = Acting & { readonly events: readonly PipelineEvent[] };

const bookkeeping = (plan: Plan, operation: Change, { config, world, events, replan }: Booking) => {
  const { lock, releases, journal, forget } = booksOf(config, plan);
  return {
    lock: operation.locks ? lock : undefined,
    journal,
    serving: async (began: boolean) => {
      if (!operation.recorded) return undefined;
      // A saved plan may be old.
      const known = began || !replan ? undefined : serving.of(plan.facts);
      return servingOf(known ?? (await servingNow(config, world)));
    },
    saveEvidence: (ran: Plan, failed: StepResult) => saveEvidence({ plan: ran, failed, events }, config, world),
    record: operation.recorded
      ? async (ran: Plan, report: Report) => {
          const record = recordOf(ran, report, operation.recorded ?? 'deploy');
          if (record) await releases.append(world.redactor.scrubJson(record));
          return record;
        }
      : undefined,
    forget,
  } satisfies Partial<RunContext>;
};

const servingNow = async (config: Config, world: World): Promise<ServingFact> =>
  need(serving, await look([serving.name], config, world));

const servingOf = ({ release, url, since }: ServingFact): Serving | undefined =>
  release === '' ? undefined : { release, url, since };

type Failure = { readonly plan: Plan; readonly failed: StepResult; readonly events: readonly PipelineEvent[] };

const saveEvidence = async ({ plan, failed, events }: Failure, config: Config, world: World): Promise<Problem> => {
  const problem = failed.problem ?? { code: 'bug', message: `${failed.title} failed without a word` };
  const facts = (await look([serving.name, machine.name], config, world)) as unknown as Json;
  const folder = await writeEvidence(
    stateOf(config, 'evidence'),
    { plan, failed, events, facts, problem, more: await saidByPlace(plan, world) },
    world.redactor,
  );
  return { ...problem, evidence: folder };
};

/** Pods, events and logs are gone when everything is put back. That they cannot be read hides no failure. */
const saidByPlace = async ({ steps }: Plan, { clients, signal, runner }: World): Promise<Record<string, Json>> => {
  const rollout = steps
    .flatMap(({ actions }) => actions)
    .find(action => action.kind === 'call' && ['rollout', 'rollouts'].includes(action.method));
  if (rollout?.kind !== 'call') return {};
  const asked = call('kube', 'evidence', rollout.request);
  return ((await clients.kube?.(asked, { signal, runner })) ?? {}) as Record<string, Json>;
};

/** A line of history for every run that did something; a no-op leaves none. */
const recordOf = (plan: Plan, report: Report, goal: ReleaseRecord['goal']): ReleaseRecord | undefined => {
  const began = report.steps.some(({ id, status }) => !['check', 'lock'].includes(id) && status !== 'pending');
  // Of what is not the app's, the app's history says nothing.
  if (!began || plan.release === undefined) return undefined;
  const { commit, dirty } = git.of(plan.facts) ?? { commit: 'unknown', dirty: -1 };
  const who = machine.of(plan.facts);
  const why = problemsOfReport(report).find(({ level }) => level !== 'warning');
  return {
    schema: 1,
    goal,
    app: plan.app,
    target: plan.target,
    release: plan.release,
    at: report.startedAt,
    by: who ? `${who.user}@${who.host}` : 'unknown',
    commit,
    dirty,
    config: plan.config ?? '',
    ...(plan.settings && { settings: plan.settings }),
    durationMs: report.durationMs,
    result: resultOf(report, why),
    ...(why && { why: why.because ?? why.message }),
  };
};

const resultOf = ({ ok, steps }: Report, why: Problem | undefined): ReleaseRecord['result'] => {
  if (ok) return 'serves';
  if (why?.code === 'interrupted') return 'stopped';
  return steps.some(({ status }) => status === 'undone') ? 'undone' : 'failed';
};
