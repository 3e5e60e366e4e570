import type { Action } from '../core/action.ts';
import { display } from '../core/display.ts';
import type { Journal, JournalEntry } from '../core/journal.ts';
import type { Json, JsonObject } from '../core/json.ts';
import type { Plan } from '../core/plan.ts';
import { BytechatError, type Problem, problemsOf } from '../core/problem.ts';
import type { NewEvent, StepResult, StepStatus } from '../core/report.ts';
import type { Client, Runner } from '../core/runner.ts';
import type { Step } from '../core/step.ts';
import { problemOfOutcome } from './outcome.ts';
import { stopwatch } from './stopwatch.ts';
import { canFill, fill } from './values.ts';

export interface Execution {
  readonly run: string;
  readonly runner: Runner;
  readonly clients: Readonly<Record<string, Client>>;
  readonly emit: (event: NewEvent) => void;
  readonly journal: Pick<Journal, 'append'>;
  /** Aborts when the user stops the run, or the lock is lost; its reason is the BytechatError to report. */
  readonly signal: AbortSignal;
  readonly token: number;
  readonly reveal: (name: string) => string;
  /** Gets what the actions have answered, by name. Default: nobody looks. */
  readonly values?: Map<string, Json>;
  /** Called after a failure and before anything is put back: the last moment at which it can be looked at. */
  readonly beforeUndo?: (failed: StepResult) => Promise<Problem>;
}

/** Walks a plan once, in order, and says what became of each step. A step that fails is a result, not an exception. */
export const execute = async (plan: Plan, execution: Execution): Promise<readonly StepResult[]> => {
  const { values = new Map<string, Json>() } = execution;
  const results: StepResult[] = [];
  for (const step of plan.steps) {
    const halted = results.some(({ status }) => status === 'failed') && plan.onFailure === 'stop';
    results.push(halted ? resultOf(step, 'pending') : await runStep(step, { ...execution, values }));
  }
  const failed = results.findIndex(({ status }) => status === 'failed');
  if (failed < 0 || plan.onFailure === 'continue') return results;
  results[failed] = await withEvidence(results[failed] as StepResult, execution);
  return undo(plan.steps, results, { ...execution, values });
};

type Running = Execution & { readonly values: Map<string, Json> };

/** Evidence that cannot be kept is said with the failure, and keeps nothing from being put back. */
const withEvidence = async (result: StepResult, { beforeUndo }: Execution): Promise<StepResult> => {
  if (!beforeUndo) return result;
  try {
    return { ...result, problem: await beforeUndo(result) };
  } catch (error) {
    const [lost] = problemsOf(error) as [Problem];
    const { because, ...problem } = result.problem ?? lost;
    const said = `its evidence could not be kept: ${lost.message}`;
    return { ...result, problem: { ...problem, because: because ? `${because}; ${said}` : said } };
  }
};

const runStep = async (step: Step, running: Running): Promise<StepResult> => {
  const clock = stopwatch();
  running.emit({ type: 'step.start', id: step.id, title: step.title });
  const ending = await attempt(step, running);
  const result = { ...resultOf(step, ending.status, clock()), ...ending };
  running.emit({ type: 'step.end', id: step.id, result });
  return result;
};

type Ending = Pick<StepResult, 'status' | 'detail' | 'result' | 'data' | 'problem' | 'others'>;

const attempt = async (step: Step, running: Running): Promise<Ending> => {
  try {
    if (step.unless && (await running.runner.run(fill(step.unless, running.values), running)).status === 'ok') {
      return { status: 'unchanged' };
    }
    let told: Told = {};
    for (const [place, action] of step.actions.entries()) {
      if (running.signal.aborted) throw running.signal.reason;
      const answer = await journaled('action', { step: step.id, action: place, running }, () =>
        perform(action, step, running),
      );
      const said = toldBy(answer);
      told = { ...told, ...said, changed: told.changed || said.changed !== false };
    }
    const { changed, ...rest } = told;
    return { status: changed === false ? 'unchanged' : 'done', ...rest };
  } catch (error) {
    return failure(error, running.signal);
  }
};

/** How far it went is told also of what was stopped. */
const failure = (error: unknown, { aborted, reason }: AbortSignal): Ending => {
  const [problem, ...others] = problemsOf(aborted ? reason : error) as [Problem, ...Problem[]];
  const data = error instanceof BytechatError ? error.data : undefined;
  return { status: 'failed', ...(data !== undefined && { data }), problem, ...(others.length > 0 && { others }) };
};

type Told = Pick<StepResult, 'detail' | 'result' | 'data'> & { readonly changed?: boolean };

/**
 * An answer may say in `detail` what there is to tell about it, in `result` what it has made, in `data` the same for
 * programs, and with `changed: false` that it found everything as it was to be.
 */
const toldBy = (answer: Json | undefined): Told => {
  if (typeof answer !== 'object' || answer === null || Array.isArray(answer)) return {};
  const { detail, result, data, changed } = answer as JsonObject;
  return {
    ...(typeof detail === 'string' && { detail }),
    ...(typeof result === 'string' && { result }),
    ...(typeof data === 'object' && { data }),
    ...(typeof changed === 'boolean' && { changed }),
  };
};

interface Edge {
  readonly step: string;
  readonly action: number;
  readonly running: Running;
}

/** The edge is on the disk before the work begins, and again when it is over. */
const journaled = async <Answer>(kind: 'action' | 'undo', edge: Edge, work: () => Promise<Answer>): Promise<Answer> => {
  const { running, ...place } = edge;
  const entry = (end: 'begin' | 'end'): Omit<JournalEntry, 'at'> => ({
    run: running.run,
    edge: `${kind}.${end}`,
    ...place,
  });
  await running.journal.append(entry('begin'));
  const answer = await work();
  const note = noteOf(answer);
  await running.journal.append({ ...entry('end'), ...(note !== undefined && { note }) });
  return answer;
};

/** The name of what goes on elsewhere, for whoever comes after a crash. */
const noteOf = (answer: unknown): string | undefined => {
  const note = typeof answer === 'object' && answer !== null ? Reflect.get(answer, 'note') : undefined;
  return typeof note === 'string' ? note : undefined;
};

const perform = async (planned: Action, { id, tells }: Step, running: Running): Promise<Json | undefined> => {
  const { emit, signal, values } = running;
  emit({ type: 'action', id, display: display(planned) });
  const action = fill(planned, values);
  const options = { signal, onLine: (line: string) => emit({ type: 'output', id, line, ...(tells && { tells }) }) };
  const answer = await ask(action, running, options);
  if (action.saveAs !== undefined && answer !== undefined) values.set(action.saveAs, answer);
  return answer;
};

interface Asking {
  readonly signal?: AbortSignal;
  readonly onLine: (line: string) => void;
}

const ask = async (
  action: Action,
  { runner, clients, token, reveal }: Running,
  options: Asking,
): Promise<Json | undefined> => {
  if (action.kind === 'call') {
    const client = clients[action.api];
    if (!client) throw new Error(`there is no client for the API ${action.api}`);
    return client(action, { ...options, token, reveal, runner });
  }
  const outcome = await runner.run(action, options);
  const problem = problemOfOutcome(action, outcome);
  if (problem) throw new BytechatError(problem);
  return outcome.stdout.trim();
};

/** Newest first, without the abort signal: what was begun is put back, also for the step that failed half-way. */
const undo = async (
  steps: readonly Step[],
  results: readonly StepResult[],
  running: Running,
): Promise<StepResult[]> => {
  const after = [...results];
  for (const [index, step] of [...steps.entries()].reverse()) {
    const result = after[index];
    if (step.undo && result && (result.status === 'done' || result.status === 'failed')) {
      after[index] = await undoStep(step, result, running);
    }
  }
  return after;
};

const undoStep = async (step: Step, result: StepResult, running: Running): Promise<StepResult> => {
  running.emit({ type: 'undo.start', id: step.id, title: step.title });
  const clock = stopwatch();
  const ending = await attemptUndo(step, running);
  const undone = { ...resultOf(step, ending.status, clock()), ...ending };
  running.emit({ type: 'undo.end', id: step.id, result: undone });
  if (ending.problem) return { ...result, problem: undoProblem(result.problem, ending.problem) };
  return result.status === 'done' ? { ...result, status: 'undone' } : result;
};

const attemptUndo = async (step: Step, running: Running): Promise<Ending> => {
  try {
    let told: Told = {};
    for (const [place, action] of (step.undo ?? []).entries()) {
      if (!canFill(action, running.values)) continue;
      const unstoppable = { ...running, signal: new AbortController().signal };
      const answer = await journaled('undo', { step: step.id, action: place, running }, () =>
        perform(action, step, unstoppable),
      );
      told = { ...told, ...toldBy(answer) };
    }
    const { changed, ...rest } = told;
    return { status: 'undone', ...rest };
  } catch (error) {
    return { status: 'failed', problem: problemsOf(error)[0] as Problem };
  }
};

/** The first failure stays the headline; what could not be put back is said with it. */
const undoProblem = (first: Problem | undefined, second: Problem): Problem => {
  if (!first) return { ...second, code: 'undo-failed', message: `Putting back failed: ${second.message}` };
  return { ...first, because: `${first.because ?? first.message}; and putting back failed: ${second.message}` };
};

const resultOf = ({ id, title }: Step, status: StepStatus, durationMs = 0): StepResult => ({
  id,
  title,
  status,
  durationMs,
});
