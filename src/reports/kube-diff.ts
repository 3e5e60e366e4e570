import type { Json } from '../core/json.ts';
import { plural, wrap } from './format.ts';
import type { Style } from './style.ts';

export interface DiffData {
  readonly set: string;
  readonly context: string;
  readonly namespace: string;
  readonly objects: readonly ObjectRow[];
}

interface ObjectRow {
  readonly action: 'create' | 'change' | 'delete' | 'keep';
  readonly what: string;
  readonly where?: string;
  readonly owner?: string;
  readonly fields: readonly FieldRow[];
  readonly besides?: readonly { readonly path: string; readonly value: Json; readonly by: string }[];
}

interface FieldRow {
  readonly path: string;
  readonly from?: Json;
  readonly to?: Json;
  readonly drift: boolean;
}

/** `bytechat kube diff`: the objects as the plan writes them, with each of their fields below. */
export const diffAsText = ({ set, context, namespace, objects }: DiffData, style: Style): string => {
  const { paint, signs } = style;
  const place = paint.dim(`cluster ${context}, namespace ${namespace}`);
  const { length } = objects.filter(({ action }) => action !== 'keep');
  const head =
    length === 0
      ? `${paint.dim(signs.unchanged)} ${paint.bold(`No differences: the cluster has ${set} as it is wanted`)}\n  ${place}`
      : `${paint.bold(`${set}: ${plural(length, 'difference')}`)}  ${place}`;
  return [head, ...(objects.length === 0 ? [] : ['']), ...objects.flatMap(object => objectLines(object, style))].join(
    '\n',
  );
};

const SIGNS = { create: '+ create', change: '~ change', delete: '- delete', keep: '= keep  ' } as const;

const objectLines = ({ action, what, where, owner, fields, besides = [] }: ObjectRow, style: Style): string[] => {
  const { paint } = style;
  const color = { create: paint.green, change: paint.yellow, delete: paint.red, keep: paint.dim }[action];
  const whose = owner === undefined ? '' : `  ${paint.red(`belongs to ${owner}: apply refuses it`)}`;
  return [
    `  ${color(SIGNS[action])}  ${what}${where === undefined ? '' : `  ${paint.dim(where)}`}${whose}`,
    ...fields.flatMap(field => linesOf(fieldAsText(field), style)),
    ...besides.flatMap(({ path, value, by }) =>
      linesOf(`${path}: ${shown(value)}  (${by} has set it; it stays)`, style),
    ),
  ];
};

const INDENT = 14;

const fieldAsText = ({ path, from, to, drift }: FieldRow): string =>
  `${path}: ${shown(from)} → ${shown(to)}${drift ? '  (somebody else has changed it)' : ''}`;

const linesOf = (text: string, { paint, width, terminal }: Style): string[] =>
  (terminal ? wrap(text, width - INDENT) : [text]).map(
    (line, index) => `${' '.repeat(index === 0 ? INDENT - 2 : INDENT)}${paint.dim(line)}`,
  );

const LONG = 200;

const shown = (value: Json | undefined): string => {
  if (value === undefined) return 'none';
  if (typeof value === 'object' && value !== null && '$value' in value) return 'known after the push';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length <= LONG ? text : `${text.slice(0, LONG)}…`;
};
