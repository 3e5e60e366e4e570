import type { Json } from '../../core/json.ts';
import type { AnsibleEvent, HostStats } from './event.ts';

export type Failure = Extract<AnsibleEvent, { type: 'host' }>;

/** What a run has told so far. */
export interface Story {
  /** Every failure and every host that was not reached, in order; also those that the playbook has dealt with. */
  readonly failures: readonly Failure[];
  readonly tally: Readonly<Record<string, HostStats>>;
  /** True once Ansible has counted itself: it alone knows what was ignored or rescued. */
  readonly counted: boolean;
  /** What `set_stats` has kept, for programs. */
  readonly custom: object;
}

export const untold: Story = { failures: [], tally: {}, counted: false, custom: {} };

const NOTHING: HostStats = { ok: 0, changed: 0, failures: 0, unreachable: 0, skipped: 0, rescued: 0, ignored: 0 };

const KEYS = { ok: 'ok', failed: 'failures', unreachable: 'unreachable', skipped: 'skipped' } as const;

export const tellOn = (story: Story, event: AnsibleEvent): Story => {
  if (event.type === 'stats') return { ...story, tally: event.hosts, custom: event.custom, counted: true };
  if (event.type !== 'host') return story;
  const { state, host, result } = event;
  const before = story.tally[host] ?? NOTHING;
  const more = { ...before, [KEYS[state]]: before[KEYS[state]] + 1 };
  const changed = state === 'ok' && result.changed ? before.changed + 1 : before.changed;
  const isFailure = state === 'failed' || state === 'unreachable';
  return {
    ...story,
    tally: { ...story.tally, [host]: { ...more, changed } },
    failures: isFailure ? [...story.failures, event] : story.failures,
  };
};

/**
 * Those that nothing has dealt with. Events do not tell them apart, but a host that has failed goes no further: of what
 * has failed on it, the last ones count.
 */
export const fatal = ({ failures, tally }: Story): Failure[] => {
  const left = new Map(
    Object.entries(tally).map(([host, { failures: failed, unreachable }]) => [host, failed + unreachable]),
  );
  const last = failures.toReversed().filter(({ host }) => {
    const open = left.get(host) ?? 0;
    left.set(host, open - 1);
    return open > 0;
  });
  return last.reverse();
};

/** One row of the result. */
export interface HostRow {
  readonly host: string;
  readonly ok: number;
  readonly changed: number;
  readonly failed: number;
  readonly unreachable: number;
  readonly skipped: number;
  readonly rescued: number;
  readonly ignored: number;
}

export const rowsOf = ({ tally }: Story): HostRow[] =>
  Object.entries(tally)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([host, { failures: failed, ok, changed, unreachable, skipped, rescued, ignored }]) => ({
      ...{ host, ok, changed, failed, unreachable, skipped, rescued, ignored },
    }));

/** What the report and `--json` have of a run. */
export const dataOf = (story: Story): Json => ({
  hosts: rowsOf(story).map(row => ({ ...row })),
  ...(Object.keys(story.custom).length > 0 && { stats: story.custom as Json }),
});

/** How people follow it: a line an event, and what a playbook says to them. */
export const linesOf = (event: AnsibleEvent): string[] => {
  if (event.type === 'task') return [event.name];
  if (event.type === 'play') return [`Play: ${event.name}`];
  if (event.type !== 'host') return [];
  const { host, state, result, task } = event;
  return [`${host}: ${state === 'ok' && result.changed ? 'changed' : state}  ${task}`, ...messageOf(event)];
};

const messageOf = ({ host, state, result: { action = '', msg } }: Failure): string[] => {
  if (state !== 'ok' || !/^(ansible\.(builtin|legacy)\.)?debug$/.test(action)) return [];
  const said = Array.isArray(msg) ? msg : typeof msg === 'string' ? msg.split('\n') : [];
  return said.map(line => `${host}: ${typeof line === 'string' ? line : JSON.stringify(line)}`);
};
