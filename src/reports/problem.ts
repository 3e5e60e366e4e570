import type { Place, Problem } from '../core/problem.ts';
import { wrap } from './format.ts';
import type { Style } from './style.ts';

const LABEL = 10;

/** One problem as a block: headline and code, because, excerpt, last lines, fix, reproduce, evidence. */
export const problemAsText = (problem: Problem, style: Style): string => {
  const { because, where, note, allowed, lines = [], fix, reproduce, evidence } = problem;
  return [
    headline(problem, style),
    ...(where ? excerptOf(where, note, style) : []),
    ...(because ? paragraph('Because', because, style) : []),
    ...(allowed ? paragraph('Allowed', allowed.join(', '), style) : []),
    ...(lines.length > 0
      ? ['', '  Last lines', ...lines.map(line => `  ${style.paint.dim(style.signs.bar)} ${line}`), '']
      : []),
    ...(fix ? paragraph('Fix', fix, style) : []),
    ...(reproduce ? [row('Reproduce', style.paint.cyan(reproduce))] : []),
    ...(evidence ? [row('Evidence', evidence)] : []),
  ].join('\n');
};

const headline = ({ message, code, where, level }: Problem, { paint, signs, width, terminal }: Style): string => {
  const warning = level === 'warning';
  const sign = warning ? paint.yellow(signs.warning) : paint.red(signs.failed);
  const place = where ? `${placeOf(where)}  ` : '';
  const lines = wrap(`${place}${message}`, terminal ? width - 2 : Number.POSITIVE_INFINITY);
  const room = width - 2 - (lines.at(-1) ?? '').length - code.length;
  const gap = room < 2 && terminal ? '\n  ' : ' '.repeat(Math.max(2, room));
  return `${sign} ${lines.map(line => paint.bold(line.trimEnd())).join('\n  ')}${gap}${paint.dim(code)}`;
};

/** `bytechat.yaml:7:3` */
export const placeOf = ({ file, line, column }: Place): string =>
  [file, line, column].filter(part => part !== undefined).join(':');

const excerptOf = (
  { excerpt = [], line, column, length = 1 }: Place,
  note: string | undefined,
  { paint, signs }: Style,
): string[] => {
  if (excerpt.length === 0) return [];
  const gutter = String(excerpt.at(-1)?.line ?? '').length + 2;
  const shown = excerpt.map(each => `${paint.dim(`${String(each.line).padStart(gutter)} ${signs.bar}`)} ${each.text}`);
  if (line === undefined || column === undefined) return shown;
  const mark = `${' '.repeat(column - 1)}${paint.red('^'.repeat(length))}${note ? ` ${note}` : ''}`;
  return [...shown, `${' '.repeat(gutter)} ${paint.dim(signs.bar)} ${mark}`];
};

/** Keeps a command in one piece where prose wraps. */
export const whole = (command: string): string => command.replaceAll(' ', NO_BREAK);

const NO_BREAK = '\u00a0';

/** A label, and prose that wraps beside it. */
export const paragraph = (label: string, text: string, { width }: Pick<Style, 'width'>): string[] => {
  const [first = '', ...rest] = wrap(text, width - LABEL - 3).map(line => line.replaceAll(NO_BREAK, ' '));
  return [row(label, first), ...rest.map(line => row('', line))];
};

/** A label and its value, as in the list under a result. */
export const row = (label: string, value: string): string => `  ${label.padEnd(LABEL)} ${value}`.trimEnd();
