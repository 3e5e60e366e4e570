import {
  DefaultRenderer,
  ListrDefaultRendererLogLevels as Level,
  Listr,
  ListrLogger,
  type ListrTaskWrapper,
  ProcessOutput,
  type SimpleRenderer,
  Spinner,
} from 'listr2';
import type { PipelineEvent, StepResult } from '../core/report.ts';
import { ends, plural } from './format.ts';
import { contextLines, signOf, stepLine } from './steps.ts';
import type { Style } from './style.ts';
import type { View } from './view.ts';

type Task = ListrTaskWrapper<unknown, typeof Renderer, typeof SimpleRenderer>;
type Event<Type extends PipelineEvent['type']> = Extract<PipelineEvent, { type: Type }>;

/** listr2 asks whether stdout is a terminal, and it may not be: what we draw on is stderr. */
class Renderer extends DefaultRenderer {
  static override nonTTY = true;
}

class Wheel extends Spinner {
  protected override readonly spinner: string[];

  constructor(pictures: readonly string[]) {
    super();
    this.spinner = pictures.map(picture => `  ${picture}`);
  }
}

/** Follows a run on a terminal with listr2. The list only watches: the engine decides what happens, and when. */
export const terminalView = (stream: NodeJS.WriteStream, style: Style): View => {
  const rows = new Map<string, Row>();
  let list: Promise<unknown> = Promise.resolve();
  let undoing = false;

  const begin = ({ steps, ...event }: Event<'start'>): void => {
    stream.write(`${header({ ...event, steps }, style)}\n\n`);
    const fresh = steps.map(({ id }) => new Row(id, style));
    for (const row of fresh) rows.set(row.id, row);
    if (fresh.length > 0) list = draw(fresh, { stream, style });
  };
  const undo = (id: string): void => {
    const row = new Row(id, style);
    rows.set(id, row);
    if (!undoing) for (const [name, other] of rows) if (name !== id) other.settle();
    undoing = true;
    list = list.then(() => draw([row], { stream, style }));
  };

  return {
    listen(event) {
      if (event.type === 'start' && event.steps.length > 0) begin(event);
      if (event.type === 'step.start') rows.get(event.id)?.start();
      if (event.type === 'output') rows.get(event.id)?.print(event.line);
      if (event.type === 'step.end' || event.type === 'undo.end') rows.get(event.id)?.settle(event.result);
      if (event.type === 'undo.start') undo(event.id);
      if (event.type === 'end') for (const row of rows.values()) row.settle();
    },
    stopping() {
      if (rows.size === 0) stream.write(`${style.paint.yellow(style.signs.warning)} ${STOPPING}\n`);
      for (const row of rows.values()) row.print(STOPPING);
      for (const row of rows.values()) row.hush();
    },
    closed: async () => {
      await list;
    },
  };
};

const header = ({ goal, app, target, context, steps }: Event<'start'>, style: Style): string => {
  const { paint, width } = style;
  const title = ASIDE[goal]?.(app) ?? `${VERBS[goal] ?? goal} ${app} ${PLACES[goal] ?? 'to'} ${target}`;
  const count = plural(steps.length, 'step');
  const headline = paint.bold(title.padEnd(width - count.length)) + paint.dim(count);
  return [headline, ...contextLines(context, style)].join('\n');
};

const VERBS: Readonly<Record<string, string>> = {
  deploy: 'Deploying',
  rollback: 'Rolling back',
  destroy: 'Destroying',
  validate: 'Validating',
  init: 'Setting up',
};

/** What is not done to a target. */
const ASIDE: Readonly<Record<string, (app: string) => string>> = {
  'ansible run': app => `Running ${app}`,
  'ansible check': app => `Checking ${app}`,
  'registry login': app => `Logging in at the registry of ${app}`,
  'registry push': app => `Pushing ${app} to its registry`,
  'registry prune': app => `Cleaning the registry of ${app}`,
  'terraform init': app => `Initializing ${app}`,
  'terraform plan': app => `Planning ${app}`,
  'terraform apply': app => `Applying ${app}`,
  'terraform destroy': app => `Deleting what ${app} has made`,
  'terraform import': app => `Importing into ${app}`,
};

const PLACES: Readonly<Record<string, string>> = { destroy: 'on', init: 'for' };

/** listr2 holds back what others print until it is done, and whoever pressed Ctrl-C wants an answer. */
const STOPPING = 'Stopping in order; Ctrl-C again stops at once, leaving the rest undone';

/** One line of the list: it waits until the engine has said how its step ended. */
class Row {
  readonly id: string;
  readonly #style: Style;
  #settle: (result?: StepResult) => void = () => {};
  readonly #settled: Promise<StepResult | undefined>;
  #task: Task | undefined;
  #line: string | undefined;
  #hushed = false;
  #started = 0;

  constructor(id: string, style: Style) {
    this.id = id;
    this.#style = style;
    this.#settled = new Promise(resolve => {
      this.#settle = resolve;
    });
  }

  get title(): string {
    return stepLine({ id: this.id }, this.#style);
  }

  start(): void {
    this.#started = performance.now();
  }

  /** The list may come to this row later than the engine does. */
  print(line: string): void {
    if (this.#hushed) return;
    const { width, signs } = this.#style;
    this.#line = ends(line, '', { width: width - 7, ellipsis: signs.ellipsis });
    if (this.#task) this.#task.output = this.#line;
  }

  /** What stands there stays: nothing that a program prints is as urgent. */
  hush(): void {
    this.#hushed = true;
  }

  /** Without a result: the step was not reached. */
  settle(result?: StepResult): void {
    this.#settle(result);
  }

  readonly follow = async (_context: unknown, task: Task): Promise<void> => {
    this.#task = task;
    if (this.#line !== undefined) task.output = this.#line;
    const clock = setInterval(() => this.#tick(task), 100);
    const result = (await this.#settled) ?? { id: this.id, title: '', status: 'pending' as const, durationMs: 0 };
    clearInterval(clock);
    task.title = stepLine(result, this.#style);
    if (result.status === 'failed') throw new Error(task.title);
    if (result.status !== 'done') task.skip(`${signOf(result.status, this.#style)} ${task.title}`);
  };

  #tick(task: Task): void {
    const durationMs = this.#started === 0 ? undefined : performance.now() - this.#started;
    task.title = stepLine({ id: this.id, ...(durationMs !== undefined && { durationMs }) }, this.#style);
  }
}

/** Signals stay ours: with its own listeners listr2 would end the process before anything is put back. */
const draw = async (
  rows: readonly Row[],
  { stream, style }: { stream: NodeJS.WriteStream; style: Style },
): Promise<void> => {
  const tasks = rows.map(row => ({ title: row.title, task: row.follow }));
  const logger = new ListrLogger<Level>({ useIcons: true, processOutput: new ProcessOutput(stream, stream) });
  const list = new Listr<unknown, typeof Renderer, 'simple'>(tasks, {
    renderer: Renderer,
    exitOnError: false,
    registerSignalListeners: false,
    fallbackRendererCondition: false,
    rendererOptions: { logger, formatOutput: 'truncate', showErrorMessage: false, ...dress(style) },
  });
  await list.run().catch(() => {});
};

const dress = ({ paint, signs }: Style) => ({
  spinner: new Wheel(signs.running),
  icon: {
    [Level.COMPLETED]: `  ${signs.done}`,
    [Level.FAILED]: `  ${signs.failed}`,
    [Level.WAITING]: `  ${signs.pending}`,
    [Level.OUTPUT]: `  ${signs.bar}`,
    // The sign stands in the text: a skipped line of listr2 may be unchanged, undone or not reached here.
    [Level.SKIPPED_WITH_COLLAPSE]: ' ',
  },
  color: {
    [Level.PENDING]: paint.yellow,
    [Level.COMPLETED]: paint.green,
    [Level.FAILED]: paint.red,
    [Level.WAITING]: paint.dim,
    [Level.OUTPUT]: paint.dim,
    [Level.SKIPPED_WITH_COLLAPSE]: (text?: string) => text ?? '',
  },
});
