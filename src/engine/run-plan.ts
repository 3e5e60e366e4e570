import type { Facts } from '../core/fact.ts';
import type { Journal } from '../core/journal.ts';
import type { Json } from '../core/json.ts';
import type { HeldLock, Lock } from '../core/lock.ts';
import { isEmpty, movedFacts, type Plan } from '../core/plan.ts';
import { BytechatError, isError, type Problem, problemsOf } from '../core/problem.ts';
import type { ReleaseRecord } from '../core/release.ts';
import { isOk, type NewEvent, type Report, type Serving, type StepResult } from '../core/report.ts';
import { type Execution, execute } from './execute.ts';
import { stopwatch } from './stopwatch.ts';
import { fillKnown } from './values.ts';

/** All that a run needs of the world. */
export interface RunContext extends Omit<Execution, 'token' | 'beforeUndo' | 'journal'> {
  readonly owner: string;
  /** None for what only streams or opens something. */
  readonly lock: Lock | undefined;
  readonly lockWaitMs: number;
  readonly journal: Journal;
  /** Reads these facts again, once the lock is held. */
  readonly observe: (names: readonly string[]) => Promise<Facts>;
  /** Decides again when the facts have moved. None for a saved plan: that one is run as it is, or refused. */
  readonly replan: (() => Promise<Plan>) | undefined;
  /** `began`: it was about to do something, so that what the plan knows of it may no longer be so. */
  readonly serving: (began: boolean) => Promise<Serving | undefined>;
  /** Keeps what is known about a failure, before anything is put back; answers with the problem and where it lies. */
  readonly saveEvidence: (plan: Plan, failed: StepResult) => Promise<Problem>;
  readonly record: ((plan: Plan, report: Report) => Promise<ReleaseRecord | undefined>) | undefined;
  readonly forget: (folders: readonly string[]) => Promise<void>;
}

/** Check, lock, look again, run, record, release: whatever happens, it ends with a report. */
export const runPlan = async (plan: Plan, context: RunContext): Promise<Report> => {
  const clock = stopwatch();
  const startedAt = new Date().toISOString();
  context.emit(startEvent(plan, context));
  for (const message of plan.notices ?? []) context.emit({ type: 'notice', message });
  const report = await attempt(plan, { ...context, values: new Map(), checked: [], startedAt, clock });
  context.emit({ type: 'end', report });
  return report;
};

interface Running extends RunContext {
  readonly values: Map<string, Json>;
  /** What goes before all other steps. */
  readonly checked: readonly StepResult[];
  readonly startedAt: string;
  readonly clock: () => number;
}

/** What serves is looked at while history is written. */
const closed = async (ended: Ended, running: Running): Promise<Report> => {
  const [ran, steps] = [withValues(ended.ran, running.values), [...running.checked, ...ended.steps]];
  const report = reportOf({ ...ended, ran, steps }, running);
  const [serving] = await Promise.all([running.serving(steps.length > 0), running.record?.(ran, report)]);
  return { ...report, ...(serving && { serving }) };
};

const reportOf = ({ ran, ...ended }: Ended, { startedAt, clock }: Running): Report => {
  const result = ended.steps.findLast(step => step.result !== undefined)?.result ?? ran.result;
  return {
    schema: 1,
    goal: ran.goal,
    app: ran.app,
    target: ran.target,
    ...(ran.environment !== undefined && { environment: ran.environment }),
    ...(ran.targetNamed && { targetNamed: true }),
    ...(ran.project !== undefined && ran.projectNamed && { project: ran.project }),
    ok: isOk(ended),
    changed: ended.steps.some(({ id, status }) => !PHASES.includes(id) && status === 'done'),
    startedAt,
    durationMs: clock(),
    checks: ran.checks,
    ...(ran.release !== undefined && { release: ran.release }),
    ...(result !== undefined && isOk(ended) && { result }),
    ...(ran.next && { next: ran.next }),
    ...ended,
  };
};

/** What only the run could know is written down with it: the digest of an image that was pushed just now. */
const withValues = (plan: Plan, values: ReadonlyMap<string, Json>): Plan =>
  plan.settings === undefined ? plan : { ...plan, settings: fillKnown(plan.settings, values) };

const PHASES = ['check', 'lock'];

interface Ended {
  /** What was run: another plan than the first when that one was stale. */
  readonly ran: Plan;
  readonly problems: readonly Problem[];
  readonly steps: readonly StepResult[];
}

const startEvent = (plan: Plan, { lock }: RunContext): NewEvent => ({
  type: 'start',
  goal: plan.goal,
  app: plan.app,
  target: plan.target,
  context: plan.context,
  steps: isEmpty(plan) ? [] : [...phases(plan, lock), ...plan.steps.map(({ id, title }) => ({ id, title }))],
});

const phases = ({ checks }: Plan, lock: Lock | undefined) => [
  ...(checks > 0 ? [{ id: 'check', title: 'Check' }] : []),
  ...(lock ? [{ id: 'lock', title: 'Lock' }] : []),
];

const attempt = async (plan: Plan, context: Running): Promise<Report> => {
  const { problems } = plan;
  if (problems.some(isError)) return closed({ ran: plan, problems, steps: pending(plan) }, context);
  if (isEmpty(plan)) return closed({ ran: plan, problems, steps: [] }, context);
  const checked =
    plan.checks > 0 ? [phase(context, { id: 'check', title: 'Check', detail: `${plan.checks} checks` })] : [];
  const running = { ...context, checked };
  if (context.lock) return lockedAttempt(plan, running, context.lock);
  return closed({ ran: plan, problems, steps: await journaled(plan, context, 0) }, running);
};

/**
 * Whoever gets the lock next finds this run in history. What is left over goes last of all, and only when all went well:
 * it is needed to try again.
 */
const lockedAttempt = async (plan: Plan, context: Running, lock: Lock): Promise<Report> => {
  const clock = stopwatch();
  let held: HeldLock;
  try {
    held = await acquire(plan, context, lock);
  } catch (error) {
    return closed(cutOff(plan, error), context);
  }
  const locked = phase(context, { id: 'lock', title: 'Lock', detail: held.owner, durationMs: clock() });
  const ended = await underLock(plan, context, held).catch(error => cutOff(plan, error));
  const steps = [locked, ...ended.steps];
  const report = await closed({ ...ended, steps }, context).finally(() => held.release());
  if (report.ok) await context.forget(ended.ran.leftovers);
  return report;
};

const cutOff = (plan: Plan, error: unknown): Ended => ({
  ran: plan,
  problems: [...plan.problems, ...problemsOf(error)],
  steps: pending(plan),
});

const pending = ({ steps }: Plan): StepResult[] =>
  steps.map(({ id, title }) => ({ id, title, status: 'pending', durationMs: 0 }));

interface Phase {
  readonly id: string;
  readonly title: string;
  readonly detail: string;
  readonly durationMs?: number;
}

const phase = ({ emit }: RunContext, { id, title, detail, durationMs = 0 }: Phase): StepResult => {
  const result: StepResult = { id, title, status: 'done', durationMs, detail };
  emit({ type: 'step.start', id, title });
  emit({ type: 'step.end', id, result });
  return result;
};

const acquire = ({ goal }: Plan, context: RunContext, lock: Lock): Promise<HeldLock> =>
  lock.acquire({
    owner: context.owner,
    doing: goal,
    waitMs: context.lockWaitMs,
    signal: context.signal,
    onWait: ({ owner, doing }) =>
      context.emit({ type: 'output', id: 'lock', line: `waiting for ${owner}, who is at ${doing}` }),
  });

/** What was decided before the lock was held may be stale by now. */
const underLock = async (plan: Plan, context: RunContext, held: HeldLock): Promise<Ended> => {
  const moved = movedFacts(plan, await context.observe(plan.steps.flatMap(({ needs }) => needs)));
  if (moved.length > 0 && !context.replan) throw new BytechatError(movedProblem(moved));
  const current = moved.length > 0 && context.replan ? await context.replan() : plan;
  if (current.problems.some(isError)) throw new BytechatError(current.problems.filter(isError));
  const signal = AbortSignal.any([context.signal, held.lost]);
  const steps = await journaled(current, { ...context, signal, emit: renewing(context, held) }, held.token);
  return { ran: current, problems: current.problems, steps };
};

/** Whoever waits for the lock is told which step its holder is at. */
const renewing =
  ({ emit }: RunContext, held: HeldLock): RunContext['emit'] =>
  event => {
    if (event.type === 'step.start') held.renew(event.id).catch(() => {});
    emit(event);
  };

const movedProblem = (moved: readonly string[]): Problem => ({
  code: 'facts-moved',
  message: `The world has changed since this plan was made: ${moved.join(', ')}`,
  because: 'a saved plan is run as it was reviewed, or not at all. Nothing was changed',
  fix: 'bytechat plan --out <file>, and read it again',
});

const journaled = async (plan: Plan, context: RunContext, token: number): Promise<readonly StepResult[]> => {
  const { journal, run, emit } = context;
  if (!context.lock) return execute(plan, { ...context, token, journal: silent });
  const before = await journal.interrupted();
  if (before)
    emit({
      type: 'notice',
      message: `The last ${before.goal} was cut off at ${before.last.step ?? 'its start'}`,
      detail: 'this one goes on from what is there',
    });
  await journal.append({ run, edge: 'run.begin', note: plan.goal });
  const results = await execute(plan, { ...context, token, beforeUndo: failed => context.saveEvidence(plan, failed) });
  await journal.append({ run, edge: 'run.end' });
  return results;
};

/** What takes no lock changes nothing, so there is nothing to converge from. */
const silent: Pick<Journal, 'append'> = { append: async () => {} };
