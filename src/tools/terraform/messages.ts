import type { Json } from '../../core/json.ts';

/** A place in a configuration, as Terraform tells it: lines and columns from 1, `-chdir` taken into account. */
interface Position {
  readonly line: number;
  readonly column: number;
}

/** One line of Terraform's JSON UI (1.2), of `validate -json`, or read from its text. */
export interface Diagnostic {
  readonly severity: 'error' | 'warning';
  readonly summary: string;
  readonly detail?: string;
  readonly address?: string;
  readonly range?: { readonly filename: string; readonly start: Position; readonly end: Position };
  readonly snippet?: { readonly context?: string | null; readonly code: string; readonly start_line: number };
}

interface Hook {
  readonly resource: { readonly addr: string };
  readonly action?: string;
  readonly provisioner?: string;
  readonly output?: string;
  readonly id_value?: string;
  readonly elapsed_seconds?: number;
}

/** A message of the JSON UI. Fields are there by its type. */
export interface Message {
  readonly type: string;
  readonly '@message': string;
  readonly diagnostic?: Diagnostic;
  readonly hook?: Hook;
  readonly change?: {
    readonly resource: { readonly addr: string; readonly resource_type?: string };
    readonly action: string;
    readonly reason?: string;
    readonly importing?: { readonly id: string };
  };
}

/** The message in a line; undefined for a line that is none: a warning of the program on stderr. */
export const messageIn = (line: string): Message | undefined => {
  if (!line.startsWith('{')) return undefined;
  try {
    const message = JSON.parse(line) as Json;
    return typeof Reflect.get(Object(message), 'type') === 'string' ? (message as unknown as Message) : undefined;
  } catch {
    return undefined;
  }
};

const SIGNS: Readonly<Record<string, string>> = {
  create: '+ create ',
  update: '~ change ',
  delete: '- delete ',
  replace: '± replace',
  import: '= import ',
  move: '= move   ',
  remove: '. forget ',
};

/** What a reader of a plan wants to know why: `because it cannot be changed in place`. */
const REASONS: Readonly<Record<string, string>> = {
  tainted: 'it was left half-made',
  requested: 'it was asked for',
  cannot_update: 'it cannot be changed in place',
  delete_because_no_resource_config: 'the configuration no longer has it',
  delete_because_count_index: 'count is lower now',
  delete_because_each_key: 'for_each no longer has its key',
  delete_because_no_module: 'its module is gone',
  replace_by_triggers: 'what it is replaced with has changed',
};

/** One line of a plan: `+ create  google_compute_network.this`; undefined for what changes nothing. */
export const changeLine = ({ change }: Message): string | undefined => {
  const sign = SIGNS[change?.importing ? 'import' : (change?.action ?? '')];
  if (!change || sign === undefined) return undefined;
  const because = change.reason === undefined ? '' : `, because ${REASONS[change.reason] ?? change.reason}`;
  return `${sign}  ${change.resource.addr}${because}`;
};

const DOING: Readonly<Record<string, readonly [going: string, done: string]>> = {
  create: ['creating', 'created'],
  update: ['changing', 'changed'],
  delete: ['deleting', 'deleted'],
  read: ['reading', 'read'],
};

const took = ({ elapsed_seconds: seconds }: Hook): string => (seconds === undefined ? '' : ` (${seconds} s)`);

const HOOKS: Readonly<Record<string, (hook: Hook) => string | undefined>> = {
  apply_start: hook => doing(hook, 0),
  apply_progress: hook => `${doing(hook, 0)}${took(hook)}`,
  apply_complete: hook => `${doing(hook, 1)}${took(hook)}`,
  apply_errored: hook => `${hook.resource.addr}: failed${took(hook)}`,
  provision_start: ({ resource, provisioner }) => `${resource.addr}: ${provisioner} begins`,
  provision_progress: ({ resource, output }) => `${resource.addr}: ${output}`,
  provision_errored: ({ resource, provisioner }) => `${resource.addr}: ${provisioner} failed`,
};

const doing = ({ resource, action = '' }: Hook, at: 0 | 1): string =>
  `${resource.addr}: ${DOING[action]?.[at] ?? action}`;

/** What a person wants to see of a message while it runs; undefined for the rest. */
export const progressLine = (message: Message): string | undefined => {
  const { type, hook, diagnostic } = message;
  if (hook) return HOOKS[type]?.(hook);
  if (type === 'planned_change') return changeLine(message);
  if (type === 'resource_drift') return driftLine(message);
  if (type === 'log' || type === 'init_output') return message['@message'].trim() || undefined;
  return diagnostic?.severity === 'warning' ? warningLine(diagnostic) : undefined;
};

const driftLine = ({ change }: Message): string | undefined => {
  if (!change) return undefined;
  return change.action === 'delete'
    ? `drift: ${change.resource.addr} is gone, and not by Terraform`
    : `drift: ${change.resource.addr} was changed, and not by Terraform`;
};

const warningLine = ({ summary, detail = '', range }: Diagnostic): string => {
  const place = range ? ` (${range.filename}:${range.start.line})` : '';
  return `warning: ${summary}${detail === '' ? '' : `: ${detail.trim().replaceAll(/\s+/g, ' ')}`}${place}`;
};
