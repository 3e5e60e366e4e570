/** What one task came to on one host, as far as anybody wants to know it. */
export interface HostResult {
  /** The module: `ansible.builtin.debug`. */
  readonly action?: string;
  readonly msg?: unknown;
  readonly stdout?: string;
  readonly stderr?: string;
  readonly module_stderr?: string;
  readonly rc?: number;
  readonly changed?: boolean;
  readonly failed?: boolean;
  /** Instead of all that, where `no_log` is set. */
  readonly censored?: string;
  /** Where one task runs several modules, as gathering facts does. */
  readonly failed_modules?: Readonly<Record<string, HostResult>>;
  /** One for each item of a loop. */
  readonly results?: readonly (HostResult & { readonly _ansible_item_label?: unknown })[];
}

/** How Ansible itself counts what it did on one host; `ok` includes what has changed. */
export interface HostStats {
  readonly ok: number;
  readonly changed: number;
  readonly failures: number;
  readonly unreachable: number;
  readonly skipped: number;
  readonly rescued: number;
  readonly ignored: number;
}

export type HostState = 'ok' | 'failed' | 'unreachable' | 'skipped';

/** One line of ansible.posix.jsonl. */
export type AnsibleEvent =
  | { readonly type: 'play'; readonly name: string }
  | { readonly type: 'task'; readonly name: string; readonly path: string }
  | {
      readonly type: 'host';
      readonly state: HostState;
      readonly host: string;
      readonly task: string;
      /** `file:line` */
      readonly path: string;
      readonly result: HostResult;
    }
  | { readonly type: 'stats'; readonly hosts: Readonly<Record<string, HostStats>>; readonly custom: object };

interface Line {
  readonly _event?: string;
  readonly play?: { readonly name?: string };
  readonly task?: { readonly name?: string; readonly path?: string };
  readonly hosts?: Readonly<Record<string, HostResult>>;
  readonly stats?: Readonly<Record<string, HostStats>>;
  readonly global_custom_stats?: object;
}

/** Undefined for whatever else is printed: a warning, or what a playbook writes by other ways. */
export const eventIn = (text: string): AnsibleEvent | undefined => {
  if (!text.startsWith('{')) return undefined;
  try {
    return eventOf(JSON.parse(text) as Line);
  } catch {
    return undefined;
  }
};

const eventOf = ({ _event = '', play, task, hosts = {}, stats, global_custom_stats: custom = {} }: Line) => {
  const { name = '', path = '' } = task ?? {};
  const state = /^v2_runner_on_(ok|failed|unreachable|skipped)$/.exec(_event)?.[1] as HostState | undefined;
  const [host] = Object.entries(hosts);
  if (state && host) return { type: 'host', state, host: host[0], task: name, path, result: host[1] } as const;
  if (/^v2_playbook_on_(handler_)?task_start$/.test(_event)) return { type: 'task', name, path } as const;
  if (_event === 'v2_playbook_on_play_start') return { type: 'play', name: play?.name ?? '' } as const;
  return stats && ({ type: 'stats', hosts: stats, custom } as const);
};
