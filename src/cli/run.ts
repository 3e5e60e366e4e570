import { readFile, writeFile } from 'node:fs/promises';
import process from 'node:process';
import { config as configureZod } from 'zod';
import { isEmpty, type Plan } from '../core/plan.ts';
import { BytechatError, exitCodeOfProblems, problemsOf } from '../core/problem.ts';
import { exitCodeOf, type Listener, problemsOfReport, type Report } from '../core/report.ts';
import { operations } from '../operations/index.ts';
import type { Change } from '../operations/operation.ts';
import { type ChangeName, Pipeline, type QuestionName } from '../pipeline.ts';
import { answers } from '../reports/answer.ts';
import { jsonView } from '../reports/json.ts';
import { plainView } from '../reports/plain.ts';
import { planAsChanges, planAsCommands, planAsFile } from '../reports/plan.ts';
import { problemAsText } from '../reports/problem.ts';
import { resultAsText } from '../reports/result.ts';
import { type Style, styleFor } from '../reports/style.ts';
import type { View } from '../reports/view.ts';
import { confirm, notConfirmed } from './confirm.ts';
import { PASSWORD_VARIABLE, readPassword } from './password.ts';
import type { GlobalOptions, Invocation } from './program.ts';
import { type Stop, stopOnSignals } from './signals.ts';
import { parseTime } from './time.ts';

// To compile a parser takes longer than to parse once. It holds for a whole process, so the library does not say it.
configureZod({ jitless: true });

/** One invocation, from typed options to the exit code. The only place that prints. */
export const run = async (invocation: Invocation): Promise<number> => {
  const { stdout, stderr } = process;
  const out = styleFor({ env: process.env, stream: stdout, ...pick(invocation.global) });
  const err = styleFor({ env: process.env, stream: stderr, ...pick(invocation.global) });
  const stop = stopOnSignals(() => stderr.write(stopping(err)));
  try {
    return await dispatch(invocation, { out, err, stop, signal: stop.signal });
  } catch (error) {
    const problems = problemsOf(error);
    if (invocation.global.json) stdout.write(`${JSON.stringify({ type: 'problems', problems })}\n`);
    else for (const problem of problems) stderr.write(`${problemAsText(problem, err)}\n\n`);
    return exitCodeOfProblems(problems);
  } finally {
    stop.dispose();
  }
};

const pick = ({ color, ascii }: GlobalOptions) => ({ color, ascii });

const stopping = ({ paint, signs }: Style): string =>
  `\n${paint.yellow(signs.warning)} Stopping in order: ending child processes, going back, releasing the lock\n  Ctrl-C again stops at once and leaves the rest to the next run\n\n`;

interface Surface {
  readonly out: Style;
  readonly err: Style;
  readonly stop: Stop;
  readonly signal: AbortSignal;
  /** Where secrets are looked up, when that is not the environment alone. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

const dispatch = async (invocation: Invocation, surface: Surface): Promise<number> => {
  if (invocation.options.passwordStdin) return dispatch(...(await withPassword(invocation, surface)));
  if (invocation.name === 'plan') return preview(invocation, surface);
  const operation = operations[invocation.name as keyof typeof operations];
  return operation.kind === 'question'
    ? ask(invocation, surface)
    : act(invocation, operation as unknown as Change, surface);
};

/** A password that came by stdin is one that the environment of this run has, under the name that is told. */
const withPassword = async ({ options, ...rest }: Invocation, surface: Surface): Promise<[Invocation, Surface]> => {
  const { passwordStdin, ...others } = options;
  const env = { ...process.env, [PASSWORD_VARIABLE]: await readPassword(surface.signal) };
  return [
    { ...rest, options: { ...others, passwordEnv: PASSWORD_VARIABLE } },
    { ...surface, env },
  ];
};

const pipelineFor = ({ global, options }: Invocation, { signal, env }: Surface, onEvent: Listener): Pipeline =>
  new Pipeline({
    signal,
    onEvent,
    ...(env && { env }),
    ...(global.directory !== undefined && { projectRoot: global.directory }),
    ...(global.config !== undefined && { configFile: global.config }),
    ...(global.env !== undefined && { environment: global.env }),
    ...(global.target !== undefined && { target: global.target }),
    ...(global.project !== undefined && { gcpProjectId: global.project }),
    ...(options.lockWait !== undefined && { lockWaitMs: parseTime(String(options.lockWait)) }),
  });

/** The options of the operation, without those of the command line itself. */
const own = ({ name, options }: Invocation): object => {
  const { shape } = operations[name as keyof typeof operations].options;
  return Object.fromEntries(Object.entries(options).filter(([key]) => key in shape));
};

/** A saved plan of bytechat; that of an operation's own option is for the operation. */
const savedPlan = async (invocation: Invocation): Promise<Plan | undefined> => {
  const { plan } = invocation.options;
  return plan === undefined || 'plan' in own(invocation) ? undefined : readPlan(String(plan));
};

const CHANGES = 2;

const preview = async (invocation: Invocation, surface: Surface): Promise<number> => {
  const plan = await pipelineFor(invocation, surface, () => {}).plan('deploy');
  if (plan.problems.some(({ level }) => level !== 'warning')) throw new BytechatError(plan.problems);
  const { out, detailedExitcode } = invocation.options;
  if (out !== undefined) await writeFile(String(out), `${JSON.stringify(plan, null, 2)}\n`);
  process.stdout.write(`${invocation.global.json ? JSON.stringify(plan) : planAsChanges(plan, surface.out)}\n`);
  if (out !== undefined && !invocation.global.json)
    process.stderr.write(`\n  Run        bytechat deploy --plan ${out}\n`);
  return detailedExitcode && !isEmpty(plan) ? CHANGES : 0;
};

const ask = async (invocation: Invocation, surface: Surface): Promise<number> => {
  const answer = await pipelineFor(invocation, surface, () => {}).ask(invocation.name as QuestionName, own(invocation));
  const text = answers[invocation.name]?.(answer.data as never, surface.out, new Date()) ?? '';
  process.stdout.write(`${invocation.global.json ? JSON.stringify(answer.data) : text}\n`);
  return answer.ok ? 0 : 1;
};

const act = async (invocation: Invocation, operation: Change, surface: Surface): Promise<number> => {
  const view = await viewFor(invocation, operation, surface);
  if (view.stopping) surface.stop.answeredBy(view.stopping);
  const pipeline = pipelineFor(invocation, surface, view.listen);
  const name = invocation.name as ChangeName;
  if (invocation.options.dryRun) return dryRun(pipeline, invocation, name);
  const saved = await savedPlan(invocation);
  if (!saved) await mayGoOn(pipeline, invocation, { operation, surface });
  const report = await (saved ? pipeline.runPlan(saved) : pipeline.run(name, own(invocation)));
  await view.closed();
  if (!invocation.global.json && !operation.streams) {
    const result = resultAsText(report, surface, {
      piped: process.stdout.isTTY !== true,
      quiet: invocation.global.quiet,
    });
    process.stderr.write(result.stderr);
    process.stdout.write(result.stdout);
  }
  if (operation.streams) sayWhy(report);
  if (operation.streams && surface.signal.aborted) return 0;
  return invocation.options.detailedExitcode && foundChanges(report) ? CHANGES : exitCodeOf(report);
};

/** The step that plans is unchanged when it has found nothing to do. */
const foundChanges = ({ ok, steps }: Report): boolean =>
  ok && steps.some(({ id, status }) => id === 'plan' && status === 'done');

/** Where results are what a program prints, nothing else says what went wrong. */
const sayWhy = (report: Report): void => {
  const problems = report.ok ? [] : problemsOfReport(report).filter(({ code }) => code !== 'interrupted');
  if (problems.length > 0) throw new BytechatError(problems);
};

const viewFor = async ({ global }: Invocation, { streams }: Change, { err }: Surface): Promise<View> => {
  const { stdout, stderr } = process;
  if (global.json) return jsonView(text => stdout.write(text));
  if (streams) return linesView(text => stdout.write(text));
  if (global.quiet) return { listen: () => {}, closed: async () => {} };
  if (!stderr.isTTY) return plainView(text => stderr.write(text));
  const { terminalView } = await import('../reports/terminal.ts');
  return terminalView(stderr, err);
};

/** What a program prints is the result itself. */
const linesView = (write: (text: string) => void): View => ({
  listen: event => {
    if (event.type === 'output') write(`${event.line}\n`);
  },
  closed: async () => {},
});

const dryRun = async (pipeline: Pipeline, invocation: Invocation, name: ChangeName): Promise<number> => {
  const plan = await pipeline.plan(name, own(invocation));
  if (plan.problems.some(({ level }) => level !== 'warning')) throw new BytechatError(plan.problems);
  process.stdout.write(
    `${invocation.global.json ? JSON.stringify(plan) : (planAsFile(plan) ?? planAsCommands(plan))}\n`,
  );
  return 0;
};

const readPlan = async (file: string): Promise<Plan> => {
  try {
    const plan = JSON.parse(await readFile(file, 'utf8')) as Plan;
    if (plan.schema === 1 && Array.isArray(plan.steps)) return plan;
  } catch (error) {
    throw new BytechatError({
      code: 'bad-plan',
      message: `${file} cannot be read as a plan`,
      because: String(error),
      fix: 'bytechat plan --out <file>',
    });
  }
  throw new BytechatError({
    code: 'bad-plan',
    message: `${file} is not a plan of this bytechat`,
    fix: 'bytechat plan --out <file>',
  });
};

interface Asking {
  readonly operation: Change;
  readonly surface: Surface;
}

/** What destroys shows first what it destroys, and wants a typed word. */
const mayGoOn = async (pipeline: Pipeline, invocation: Invocation, { operation, surface }: Asking): Promise<void> => {
  if (!operation.confirm || invocation.global.yes) return;
  const plan = await pipeline.plan(invocation.name as ChangeName, own(invocation));
  const wanted = isEmpty(plan)
    ? undefined
    : operation.confirm(await pipeline.config(), plan.facts, plan.options as never);
  if (!wanted) return;
  const asks = process.stdin.isTTY === true && process.stderr.isTTY === true && !invocation.global.json;
  if (asks) process.stderr.write(`${planAsChanges(plan, surface.err)}\n\n`);
  if (asks && (await confirm(wanted.word, wanted.question, surface.signal))) return;
  throw new BytechatError(notConfirmed(asks));
};
