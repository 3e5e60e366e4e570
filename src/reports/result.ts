import { typed } from '../core/environment.ts';
import { short } from '../core/hash.ts';
import { isError, type Problem } from '../core/problem.ts';
import { exitCodeOf, problemsOfReport, type Report } from '../core/report.ts';
import { duration, plural } from './format.ts';
import { hasHosts, hostsAsText } from './hosts.ts';
import { problemAsText, row } from './problem.ts';
import type { Style } from './style.ts';
import { terraformDone, terraformUnchanged } from './terraform.ts';

/** What is said when a run is over: results for stdout, everything else for stderr. */
export interface Result {
  readonly stdout: string;
  readonly stderr: string;
}

/** How each of the two is dressed: one may be a terminal when the other is not. */
export interface Styles {
  readonly out: Style;
  readonly err: Style;
}

export interface Reader {
  /** Stdout is read by a program, which gets the result alone. */
  readonly piped: boolean;
  /** Only results and problems are wanted. */
  readonly quiet?: boolean | undefined;
}

export const resultAsText = (report: Report, { out, err }: Styles, { piped, quiet = false }: Reader): Result => {
  if (report.goal === 'validate') return validated(report, out);
  const problems = problemsOfReport(report);
  const blocks = problems.map(problem => problemAsText(problem, err));
  if (!report.ok)
    return {
      stdout: hasHosts(report) ? resultOf(report) : '',
      stderr: [...blocks, lastLine(report, err)].map(block => `${block}\n`).join('\n'),
    };
  const warnings = blocks.map(block => `${block}\n`).join('');
  if (piped && isAside(report))
    return { stdout: resultOf(report), stderr: quiet ? warnings : `${warnings}${success(report, err)}\n` };
  const hosts = hasHosts(report) ? `\n${resultOf(report)}` : '';
  return { stdout: piped ? address(report) : `${success(report, out)}\n${hosts}`, stderr: warnings };
};

/** What does not touch what serves, so that nothing is said about it. */
const isAside = ({ goal, release }: Report): boolean =>
  /^(docker|registry|kube|gke|gcr|terraform|ansible) /.test(goal) || (/^helm /.test(goal) && release === undefined);

const resultOf = (report: Report): string => {
  if (hasHosts(report)) return `${hostsAsText(report).join('\n')}\n`;
  return report.result === undefined ? '' : `${report.result}\n`;
};

const address = ({ serving }: Report): string => (serving ? `${serving.url}\n` : '');

const success = (report: Report, style: Style): string => {
  const { goal, release } = report;
  if (!report.changed) return unchanged(report, style);
  if (goal === 'deploy' && release === undefined) return begunOnly(report, style);
  if (goal === 'deploy' || (release !== undefined && /^helm /.test(goal))) return deployed(report, style);
  if (goal === 'rollback') return rolledBack(report, style);
  const headline = `\n${headlineOf(DONE[goal]?.(report) ?? `${goal}: done`, style)}`;
  return report.next ? `${headline}\n\n${nextOf(report.next, style)}` : headline;
};

const DONE: Readonly<Record<string, (report: Report) => string>> = {
  destroy: ({ app, target, durationMs }) => `${app} is gone from ${target} (${duration(durationMs)})`,
  init: ({ steps }) => `Wrote ${steps.at(-1)?.detail}`,
  'lock break': () => 'The lock is free; its holder stops before its next change',
  'docker build': ({ result, durationMs }) => `${result} is here (${duration(durationMs)})`,
  'docker push': ({ result }) => `Pushed ${result}`,
  'docker run': ({ result, release = '' }) => `${short(release)} runs at ${result}`,
  'docker stop': () => 'What docker run has started is gone',
  'gke create': ({ app, durationMs }) => `The cluster ${app} runs (${duration(durationMs)})`,
  'gke update': ({ app, durationMs }) => `The cluster ${app} is as it is wanted (${duration(durationMs)})`,
  'gke delete': ({ app, steps, durationMs }) =>
    `The cluster ${app} is gone (${duration(durationMs)}): ${steps.at(-1)?.detail}`,
  'gcr push': ({ result }) => `Pushed ${result}`,
  'gcr prune': ({ durationMs }) => `What nothing used is deleted (${duration(durationMs)})`,
  'gke credentials': ({ steps }) => `kubectl and helm reach ${steps.at(-1)?.detail}`,
  'gcr login': ({ steps }) => `Docker asks bytechat for tokens: ${steps.at(-1)?.detail}`,
  'helm install': ({ app, durationMs }) => `${app} is installed, and what it runs is ready (${duration(durationMs)})`,
  'helm upgrade': ({ app, durationMs }) => `${app} is upgraded, and what it runs is ready (${duration(durationMs)})`,
  'helm rollback': ({ app, durationMs }) => `${app} is back, and what it runs is ready (${duration(durationMs)})`,
  'helm uninstall': ({ app, durationMs }) => `${app} is uninstalled (${duration(durationMs)})`,
  'kube apply': ({ app, durationMs }) => `${app} is as it is wanted (${duration(durationMs)})`,
  'kube delete': ({ app, durationMs }) => `${app} is gone from the cluster (${duration(durationMs)})`,
  'ansible run': ({ app, durationMs }) => `${app} has run (${duration(durationMs)})`,
  'ansible check': ({ app, durationMs }) => `${app} would change this; nothing was changed (${duration(durationMs)})`,
  'registry login': ({ steps }) => `Docker is logged in: ${steps.at(-1)?.detail}`,
  'registry push': ({ result }) => `Pushed ${result}`,
  'registry prune': ({ durationMs }) => `What nothing used is deleted (${duration(durationMs)})`,
  ...terraformDone,
};

/** What a no-op comes to, where it is not about what serves. */
const UNCHANGED: Readonly<Record<string, string>> = {
  init: 'The file is what init would write',
  'docker build': 'Nothing to build: the image of these inputs exists',
  'docker push': 'The registry has this image already',
  'docker run': 'It runs already',
  'docker stop': 'Nothing to end: docker run has started nothing',
  'gke create': 'Nothing to make: the cluster runs',
  'gke update': 'Nothing to change: the cluster is as gcp.cluster says',
  'gke delete': 'Nothing to delete: there is no such cluster',
  'gcr push': 'Artifact Registry has this image already',
  'gcr prune': 'Nothing to delete: everything is in use, or new',
  'helm uninstall': 'Nothing to uninstall: Helm has no such release',
  'kube apply': 'Nothing to apply: the cluster has it as it is wanted',
  'kube delete': 'Nothing to delete: the cluster has nothing of it',
  'ansible run': 'Nothing changed: every host is as the playbook wants it',
  'ansible check': 'The playbook would change nothing',
  'registry push': 'The registry has this image already',
  'registry prune': 'Nothing to delete: the registry holds nothing of ours that is not in use or new',
  ...terraformUnchanged,
};

const headlineOf = (text: string, { paint, signs }: Style): string => `${paint.green(signs.done)} ${paint.bold(text)}`;

/** On one line, or one below the other: a command is never cut. */
const nextOf = (commands: readonly string[], { width }: Style): string => {
  const line = row('Next', commands.join(', '));
  return line.length <= width ? line : commands.map((each, index) => row(index === 0 ? 'Next' : '', each)).join('\n');
};

const deployed = (report: Report, style: Style): string => {
  const { app, target, release = '', durationMs, serving } = report;
  return [
    '',
    headlineOf(`Deployed ${app} ${short(release)} to ${target} in ${duration(durationMs)}`, style),
    '',
    row('Open', style.paint.cyan(serving?.url ?? '')),
    row('Serves', short(serving?.release ?? release)),
    nextOf(
      ['open', 'logs', 'destroy'].map(name => typed(name, report)),
      style,
    ),
  ].join('\n');
};

/** A saved plan ends where the rest could not be planned yet. */
const begunOnly = (report: Report, style: Style): string =>
  [
    '',
    headlineOf(`What this plan knew is done (${duration(report.durationMs)}); what follows can be planned now`, style),
    '',
    nextOf([typed('deploy', report)], style),
  ].join('\n');

const rolledBack = ({ release = '', durationMs, serving }: Report, style: Style): string =>
  [
    '',
    headlineOf(`${short(release)} serves again after ${duration(durationMs)}`, style),
    '',
    row('Open', style.paint.cyan(serving?.url ?? '')),
  ].join('\n');

const unchanged = (report: Report, { paint, signs }: Style): string => {
  const { goal, app, target, release, serving, result, durationMs } = report;
  const said = UNCHANGED[goal];
  if (said !== undefined)
    return [
      `${paint.dim(signs.unchanged)} ${paint.bold(said)}`,
      ...(result ? ['', row('Is', paint.cyan(result))] : []),
    ].join('\n');
  const serves = release ? `${app} ${short(release)} already serves on ${target}` : `${app} is not on ${target}`;
  return [
    `${paint.dim(signs.unchanged)} ${paint.bold(`Nothing to ${goal}: ${serves}`)}`,
    '',
    row('Compared', `sources, config, what runs (${duration(durationMs)}, nothing written)`),
    ...(serving ? [row('Open', paint.cyan(serving.url))] : []),
  ].join('\n');
};

/** Who reads only this line knows how it ended. */
const lastLine = (report: Report, { paint, signs }: Style): string => {
  const { goal, release, durationMs, serving } = report;
  const problem = problemsOfReport(report).find(isError);
  const serves = isAside(report) ? '' : ` ${servesNow(serving, problem)}`;
  if (problem?.code === 'interrupted') {
    return `${paint.yellow(signs.warning)} ${paint.bold(`You stopped the ${goal}.${serves} Exit ${exitCodeOf(report)}.`)}`;
  }
  if (!begun(report))
    return `${paint.red(signs.failed)} ${paint.bold(`Nothing was changed. Exit ${exitCodeOf(report)}.`)}`;
  const what = release && !isAside(report) ? short(release) : goal;
  return `${paint.red(signs.failed)} ${paint.bold(`${what} failed: ${reasonOf(problem)}.${serves} (${duration(durationMs)})`)}`;
};

/** Where nobody can be asked, nobody knows. */
const servesNow = (serving: Report['serving'], problem: Problem | undefined): string => {
  if (serving) return `${short(serving.release)} serves.`;
  return problem?.code === 'docker-down' ? 'What serves is not known.' : 'Nothing serves.';
};

const begun = ({ steps }: Report): boolean =>
  steps.some(({ id, status }) => status !== 'pending' && id !== 'check' && id !== 'lock');

/** Without a full stop of its own: a sentence goes on after it. */
const reasonOf = (problem: Problem | undefined): string =>
  (problem?.because ?? problem?.message ?? 'nobody knows why').replace(/\.$/, '');

const validated = (report: Report, style: Style): Result => {
  const problems = problemsOfReport(report);
  const blocks = problems.map(problem => `${problemAsText(problem, style)}\n`);
  const exit = exitCodeOf(report);
  const counted = `${plural(problems.length, 'problem')} in ${plural(report.checks, 'check')}, ${duration(report.durationMs)}. Nothing was changed. Exit ${exit}.`;
  const { paint, signs } = style;
  const last = report.ok
    ? `${paint.green(signs.done)} ${paint.bold(counted)}`
    : `${paint.red(signs.failed)} ${paint.bold(counted)}`;
  return { stdout: `${[...blocks, last].join('\n')}\n`, stderr: '' };
};
