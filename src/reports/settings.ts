import type { Json } from '../core/json.ts';
import { placeOf } from './problem.ts';
import type { Style } from './style.ts';

/** What `config show` answers. */
export interface SettingsData {
  readonly file?: string;
  readonly environment?: string;
  readonly settings: readonly SettingRow[];
}

interface SettingRow {
  readonly key: string;
  readonly value: Json;
  readonly from: string;
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
}

/** Where the comments stand, unless a value is longer. */
const WIDEST = 44;

/** YAML that could stand in the file, with the origin of each value as a comment. */
export const settingsAsText = ({ file, environment, settings }: SettingsData, { paint }: Style): string => {
  const lines = settings.flatMap((setting, index) => linesOf(setting, settings[index - 1]));
  const widths = lines.flatMap(({ text, origin }) => (origin === '' || text.length > WIDEST ? [] : [text.length]));
  const column = Math.max(...widths);
  const rows = lines.map(({ text, origin }) =>
    origin === '' ? text : `${text.padEnd(column)}  ${paint.dim(`# ${origin}`)}`,
  );
  const of = file ?? 'no bytechat.yaml here: defaults, and the bundled chat';
  const head = environment === undefined ? of : `${of}, environment ${environment}`;
  return [paint.dim(`# ${head}`), ...rows].join('\n');
};

interface Line {
  readonly text: string;
  readonly origin: string;
}

/** The value itself, after the mappings that it is the first in. */
const linesOf = (setting: SettingRow, before: SettingRow | undefined): Line[] => {
  const path = setting.key.split('.');
  const above = before?.key.split('.') ?? [];
  const same = path.findIndex((part, index) => part !== above[index]);
  const parents = path.slice(0, -1).flatMap((part, index) => {
    if (index < same || isIndex(part)) return [];
    return [{ text: `${indent(path, index)}${part}:`, origin: '' }];
  });
  const dash = isIndex(path.at(-2)) && same < path.length - 1;
  const start = indent(path, path.length - 1);
  const text = `${dash ? start.replace(/ {2}$/, '- ') : start}${path.at(-1)}: ${yaml(setting.value)}`;
  return [...parents, { text, origin: originOf(setting) }];
};

const isIndex = (part: string | undefined): boolean => /^\d+$/.test(part ?? '');

const indent = (path: readonly string[], depth: number): string => '  '.repeat(path.slice(0, depth).length);

const originOf = ({ from, ...place }: SettingRow): string => {
  if (place.file === undefined) return from;
  const at = placeOf({ ...place, file: place.file });
  return from === 'file' ? at : `${from} (${at})`;
};

const yaml = (value: Json): string => {
  if (Array.isArray(value)) return `[${value.map(yaml).join(', ')}]`;
  if (typeof value === 'string') return isPlain(value) ? value : JSON.stringify(value);
  return JSON.stringify(value);
};

const isPlain = (text: string): boolean => /^[\w./][\w./-]*$/.test(text) && !isOther(text);

/** Words that YAML reads as something else than text. */
const isOther = (text: string): boolean =>
  /^(true|false|null|yes|no|on|off|\.inf|\.nan|0[xo][\da-f]+|(\d+\.?\d*|\.\d+)(e[-+]?\d+)?)$/i.test(text);
