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
  readonly action: 'create' | 'change' | 'delete';
  readonly what: string;
  readonly where?: string;
  readonly owner?: string;
  readonly fields: readonly FieldRow[];
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
  if (objects.length === 0)
    return `${paint.dim(signs.unchanged)} ${paint.bold(`No differences: the cluster has ${set} as it is wanted`)}\n  ${place}`;
  const head = `${paint.bold(`${set}: ${plural(objects.length, 'difference')}`)}  ${place}`;
  return [head, '', ...objects.flatMap(object => objectLines(object, style))].join('\n');
};

const SIGNS = { create: '+ create', change: '~ change', delete: '- delete' } as const;

const objectLines = ({ action, what, where, owner, fields }: ObjectRow, style: Style): string[] => {
  const { paint } = style;
  const color = { create: paint.green, change: paint.yellow, delete: paint.red }[action];
  const whose = owner === undefined ? '' : `  ${paint.red(`belongs to ${owner}: apply refuses it`)}`;
  return [
    `  ${color(SIGNS[action])}  ${what}${where === undefined ? '' : `  ${paint.dim(where)}`}${whose}`,
    ...fields.flatMap(field => fieldLines(field, style)),
  ];
};

const INDENT = 14;

const fieldLines = (field: FieldRow, { paint, width, terminal }: Style): string[] => {
  const note = field.drift ? '  (somebody else has changed it)' : '';
  const text = `${field.path}: ${shown(field.from)} → ${shown(field.to)}${note}`;
  const lines = terminal ? wrap(text, width - INDENT) : [text];
  return lines.map((line, index) => `${' '.repeat(index === 0 ? INDENT - 2 : INDENT)}${paint.dim(line)}`);
};

const LONG = 200;

const shown = (value: Json | undefined): string => {
  if (value === undefined) return 'none';
  if (typeof value === 'object' && value !== null && '$value' in value) return 'known after the push';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length <= LONG ? text : `${text.slice(0, LONG)}…`;
};
