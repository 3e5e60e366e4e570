import { display } from '../../core/display.ts';
import type { Code, Problem } from '../../core/problem.ts';
import { again, type Play } from '../ansible.ts';
import type { HostResult } from './event.ts';
import type { Failure } from './story.ts';

/** A place that Ansible has named. */
export interface Named {
  readonly file: string;
  readonly line: number;
  readonly column?: number;
}

/** Up to 2.18, and from 2.19 on. */
const PLACES = [/The error appears to be in '(.+?)': line (\d+), column (\d+)/, /^Origin: (.+?):(\d+):(\d+)$/m];

/** Where Ansible says that a text of it is about. */
export const placeIn = (text: string): Named | undefined => {
  const found = PLACES.map(pattern => pattern.exec(text)).find(match => match !== null);
  return found ? { file: found[1] ?? '', line: Number(found[2]), column: Number(found[3]) } : undefined;
};

const placeOfTask = (path: string): Named | undefined => {
  const [, file, line] = /^(.+):(\d+)$/.exec(path) ?? [];
  return file === undefined ? undefined : { file, line: Number(line) };
};

/** A problem, and where in a playbook it is. */
export interface Placed {
  readonly problem: Problem;
  readonly place?: Named | undefined;
  /** Nothing of the task but its first line may be shown. */
  readonly secret: boolean;
}

/** The same failure of one task is one problem, however many hosts it has failed on. */
export const problemsOfFailures = (failures: readonly Failure[], play: Play): Placed[] => {
  const groups = Map.groupBy(failures, ({ path, state, result }) => JSON.stringify([path, state, reasonOf(result)]));
  return [...groups.values()].map(group => problemOf(group as [Failure, ...Failure[]], play));
};

const problemOf = (group: readonly [Failure, ...Failure[]], play: Play): Placed => {
  const [{ task, path, state, result }] = group;
  const hosts = group.map(({ host }) => host).sort();
  const reason = reasonOf(result);
  const lines = linesOf(result);
  const { code, fix } = kindOf(state, reason, hosts);
  const message =
    code === 'host-unreachable' ? `${some(hosts)} cannot be reached` : `The task "${task}" failed on ${some(hosts)}`;
  return {
    // What cannot be reached is no fault of a playbook.
    place: state === 'unreachable' ? undefined : (placeIn(fullOf(result)) ?? placeOfTask(path)),
    secret: isCensored(result),
    problem: {
      code,
      message,
      because: reason,
      ...(lines.length > 0 && { lines }),
      fix,
      reproduce: display(again(play, { limit: hosts.join(','), task })),
    },
  };
};

const kindOf = (state: Failure['state'], reason: string, hosts: readonly string[]): { code: Code; fix: string } => {
  if (state === 'unreachable')
    return {
      code: 'host-unreachable',
      fix: `ansible ${hosts[0]} -m ping, with the same inventory, shows when it answers`,
    };
  if (/is undefined|has no attribute/.test(reason))
    return {
      code: 'undefined-variable',
      fix: 'define it in the inventory, in the playbook, or with --extra-vars-file <file>',
    };
  return { code: 'task-failed', fix: 'put it right and run the same again: what is done already stays as it is' };
};

const MOST_HOSTS = 3;

/** `web1, web2 and 98 more` */
const some = (hosts: readonly string[]): string => {
  const named = hosts.slice(0, MOST_HOSTS).join(', ');
  return hosts.length > MOST_HOSTS ? `${named} and ${hosts.length - MOST_HOSTS} more` : named;
};

const isCensored = ({ censored, results = [] }: HostResult): boolean =>
  censored !== undefined || results.some(item => item.censored !== undefined);

/** The items of a loop that failed, or the modules; what has neither is its only item. */
const itemsOf = (result: HostResult): readonly HostResult[] => {
  const failed = result.results?.filter(item => item.failed) ?? Object.values(result.failed_modules ?? {});
  return failed.length > 0 ? failed : [result];
};

const fullOf = (result: HostResult): string =>
  itemsOf(result)
    .map(({ msg = '' }) => textOf(msg))
    .join('\n');

/** One line: what the first item says, and how many others have failed too. */
const reasonOf = (result: HostResult): string => {
  if (isCensored(result)) return 'no_log hides what it says';
  const [first = {}, ...others] = itemsOf(result) as (HostResult & { _ansible_item_label?: unknown })[];
  const said = lineOf(first) ?? 'it does not say why';
  const item = first._ansible_item_label === undefined ? '' : ` (item ${textOf(first._ansible_item_label)})`;
  const exit = first.rc !== undefined && said === 'non-zero return code' ? `exit code ${first.rc}` : inShort(said);
  return `${exit}${item}${others.length > 0 ? `, and ${others.length} more` : ''}`;
};

/** Modules write it as they like. */
const textOf = (said: unknown): string => (typeof said === 'string' ? said : JSON.stringify(said));

const whole = (text: string): string[] => text.split('\n').filter(line => line.trim() !== '');

/** A module that broke down says so, and its interpreter says why. */
const lineOf = ({ msg = '', module_stderr: module = '' }: HostResult): string | undefined => {
  return /^MODULE FAILURE/.test(textOf(msg)) ? (whole(module).at(-1) ?? textOf(msg)) : whole(textOf(msg))[0];
};

/** Ansible says it several times over, with more around it each time. */
const inShort = (text: string): string => /'[^']+' is undefined/.exec(text)?.[0] ?? text.replace(/\.$/, '');

const MOST_LINES = 10;

const linesOf = (result: HostResult): string[] => {
  if (isCensored(result)) return [];
  const { msg = '', stderr = '', stdout = '', module_stderr: module = '' } = itemsOf(result)[0] ?? {};
  // What goes before the place is the reason, and the place is shown with its lines.
  const more = placeIn(textOf(msg)) ? [] : whole(textOf(msg)).slice(1);
  return [...more, ...[stdout, stderr, module].flatMap(text => whole(String(text)))].slice(-MOST_LINES);
};
