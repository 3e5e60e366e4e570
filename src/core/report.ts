import type { Json } from './json.ts';
import { exitCodeOfProblems, isError, type Problem } from './problem.ts';

export type StepStatus = 'done' | 'unchanged' | 'failed' | 'undone' | 'pending';

/** What became of one step. */
export interface StepResult {
  readonly id: string;
  readonly title: string;
  readonly status: StepStatus;
  readonly durationMs: number;
  /** What there is to say about it: `214 files, 6.1 MB`. */
  readonly detail?: string;
  /** What it has made, for whoever reads the output: a name, an address. */
  readonly result?: string;
  /** What it has found or done, for programs: of a playbook, each host with its counts. */
  readonly data?: Json;
  readonly problem?: Problem;
  /** What else it has failed of: a program may find several things wrong at once. */
  readonly others?: readonly Problem[];
}

/** What happened. The last line of `--json`, the answer of every method that changes something. */
export interface Report {
  readonly schema: 1;
  readonly goal: string;
  readonly app: string;
  readonly target: string;
  readonly environment?: string;
  /** Its target was named beside the command. */
  readonly targetNamed?: boolean;
  /** The project of Google Cloud, when it was named beside the command. */
  readonly project?: string;
  readonly ok: boolean;
  readonly changed: boolean;
  readonly startedAt: string;
  readonly durationMs: number;
  /** How many checks looked before anything ran. */
  readonly checks: number;
  /** The release that was to serve. */
  readonly release?: string;
  /** What serves now, as far as it is known. */
  readonly serving?: Serving;
  /** What it came to, when that is not something that serves: the name of an image, an address. */
  readonly result?: string;
  /** What a person would type now. */
  readonly next?: readonly string[];
  readonly problems: readonly Problem[];
  readonly steps: readonly StepResult[];
}

/** What people reach. */
export interface Serving {
  readonly release: string;
  readonly url: string;
  readonly since: string;
}

/** What failed, before what could not be put back because of it: the first is the headline, and the exit code. */
export const problemsOfReport = ({ problems, steps }: Pick<Report, 'problems' | 'steps'>): Problem[] => {
  const failed = steps.filter(({ status }) => status === 'failed');
  const others = steps.filter(({ status }) => status !== 'failed');
  return [
    ...problems,
    ...[...failed, ...others].flatMap(({ problem, others: more = [] }) => [...(problem ? [problem] : []), ...more]),
  ];
};

export const isOk = (parts: Pick<Report, 'problems' | 'steps'>): boolean =>
  !problemsOfReport(parts).some(isError) &&
  parts.steps.every(({ status }) => status === 'done' || status === 'unchanged');

export const exitCodeOf = (report: Report): number =>
  report.ok ? 0 : exitCodeOfProblems(problemsOfReport(report)) || 1;

/** Everything that a listener can learn about a run, in order. Each event is one line of `--json`. */
export type PipelineEvent = { readonly at: string } & (
  | {
      readonly type: 'start';
      readonly goal: string;
      readonly app: string;
      readonly target: string;
      readonly context: readonly string[];
      readonly steps: readonly Pick<StepResult, 'id' | 'title'>[];
    }
  | { readonly type: 'step.start'; readonly id: string; readonly title: string }
  | { readonly type: 'action'; readonly id: string; readonly display: string }
  | { readonly type: 'output'; readonly id: string; readonly line: string; readonly tells?: true }
  | { readonly type: 'step.end'; readonly id: string; readonly result: StepResult }
  | { readonly type: 'undo.start'; readonly id: string; readonly title: string }
  | { readonly type: 'undo.end'; readonly id: string; readonly result: StepResult }
  | { readonly type: 'notice'; readonly message: string; readonly detail?: string }
  | { readonly type: 'end'; readonly report: Report }
);

type Untimed<Event> = Event extends { readonly at: string } ? Omit<Event, 'at'> : never;

/** An event before the engine has put the time on it. */
export type NewEvent = Untimed<PipelineEvent>;

export type Listener = (event: PipelineEvent) => void;
