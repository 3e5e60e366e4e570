import stringify from 'json-stringify-pretty-compact';
import type { Action } from '../core/action.ts';
import { type Cost, type Estimate, estimateAsText, monthlyAsText } from '../core/cost.ts';
import { display, requestOf } from '../core/display.ts';
import { isEmpty, type Plan } from '../core/plan.ts';
import type { Change } from '../core/step.ts';
import { plural, wrap } from './format.ts';
import { contextLines } from './steps.ts';
import type { Style } from './style.ts';

/** The text of a plan that only writes a file: what it comes to can be shown as it is. */
export const planAsFile = ({ steps }: Plan): string | undefined => {
  const [action, ...more] = steps.flatMap(({ actions }) => actions);
  if (action?.kind !== 'call' || action.api !== 'files' || action.method !== 'write' || more.length > 0)
    return undefined;
  return String(action.request.text).trimEnd();
};

/** A plan as what would be run, line by line: `--dry-run`, and what the golden tests compare. */
export const planAsCommands = ({ goal, steps, later, costs }: Plan): string => {
  if (steps.length === 0) return `${goal}: nothing to do`;
  const blocks = steps.flatMap(({ id, actions }) => [`# ${id}`, ...actions.map(laidOut)]);
  const more = later.map(({ title, because }) => `# later: ${title}, because ${because}`);
  return [...blocks, ...more, ...(costs ? [`# costs ${estimateAsText(costs)}`] : [])].join('\n');
};

/** A line, but for a request that nobody could read in one. */
const laidOut = (action: Action): string =>
  action.kind === 'command' || action.runs
    ? display(action)
    : `${action.api}.${action.method} ${stringify(requestOf(action), { maxLength: 100 })}`;

/** A plan as what would change, and why: `bytechat plan`. */
export const planAsChanges = (plan: Plan, style: Style): string => {
  const { paint, signs } = style;
  const changes = plan.steps.flatMap(step => step.changes).filter(({ action }) => action !== 'keep');
  if (isEmpty(plan)) {
    return `${paint.dim(signs.unchanged)} ${paint.bold(`Nothing to ${plan.goal}: ${plan.app} is on ${plan.target} as it should be`)}`;
  }
  const head = `${paint.bold(`Plan: ${plan.goal} ${plan.app}, ${plan.target}`)}  ${paint.dim(`${plural(changes.length, 'change')}, nothing done yet`)}`;
  const steps = plan.steps.flatMap(({ id, title, changes: own }) => [
    '',
    `  ${id}  ${paint.dim(title)}`,
    ...own.flatMap(change => changeLines(change, style)),
  ]);
  const later = plan.later.flatMap(({ title, because }) => [
    '',
    `  later  ${title}`,
    `    ${paint.dim(`because ${because}`)}`,
  ]);
  const costs = plan.costs ? ['', ...costLines(plan.costs, style)] : [];
  return [head, ...contextLines(plan.context, style), ...steps, ...later, ...costs, '', `  ${counts(plan)}`].join('\n');
};

/** A row each, with the reason under it; the total is the last line and says what it is worth. */
const costLines = (estimate: Estimate, { paint, width }: Style): string[] => {
  const amounts = estimate.costs.map(({ monthly }) => monthlyAsText(monthly));
  const wide = Math.max(...amounts.map(({ length }) => length));
  const left = Math.max(...estimate.costs.map(({ what }) => what.length));
  const row = ({ what, because }: Cost, index: number): string[] => [
    `    ${what.padEnd(left)}  ${(amounts[index] ?? '').padStart(wide)}`,
    ...wrap(because, width - INDENT).map(line => `      ${paint.dim(line)}`),
  ];
  return [
    `  costs  ${paint.dim('in USD a month')}`,
    ...estimate.costs.flatMap(row),
    ...wrap(estimateAsText(estimate), width - 4).map(line => `    ${line}`),
  ];
};

const SIGNS = { create: '+ create', change: '~ change', delete: '- delete', keep: '= keep' } as const;

const INDENT = 14;

const changeLines = ({ action, what, because }: Change, { paint, width }: Style): string[] => {
  const color = { create: paint.green, change: paint.yellow, delete: paint.red, keep: paint.dim }[action];
  const reason = because ? wrap(`because ${because}`, width - INDENT) : [];
  return [
    `    ${color(SIGNS[action].padEnd(8))}  ${what}`,
    ...reason.map(line => `${' '.repeat(INDENT)}${paint.dim(line)}`),
  ];
};

const counts = ({ steps }: Plan): string => {
  const changes = steps.flatMap(step => step.changes);
  const count = (action: Change['action']): number => changes.filter(change => change.action === action).length;
  return `${count('create')} create, ${count('change')} change, ${count('delete')} delete`;
};
