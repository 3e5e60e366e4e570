import { typed } from '../core/environment.ts';
import { short } from '../core/hash.ts';
import type { Lease } from '../core/lock.ts';
import { isInCluster } from '../core/target.ts';
import { age } from './format.ts';

import { paragraph, row, whole } from './problem.ts';
import { contextLines } from './steps.ts';
import type { Style } from './style.ts';

export interface StatusData {
  readonly app: string;
  readonly target: string;
  readonly environment?: string;
  readonly targetNamed?: boolean;
  readonly project?: string;
  readonly ok: boolean;
  readonly serving: {
    readonly release: string;
    readonly url: string;
    readonly since: string;
    readonly pid: number;
    readonly container: string;
    readonly supervisor: string;
    readonly restarts: number;
  };
  readonly health: readonly {
    readonly name: string;
    readonly ok: boolean;
    readonly said: string;
    readonly ms: number;
  }[];
  readonly by: string;
  readonly drift: boolean;
  readonly back: readonly string[];
  /** Of whoever is deploying here now. */
  readonly lock: Lease | null;
}

/** `bytechat status`: what serves, how healthy, and what to do about it. */
export const statusAsText = (data: StatusData, style: Style, now: Date): string => {
  const { paint } = style;
  if (data.serving.release === '') return nothingRuns(data, style, now);
  return [
    headline(data, style),
    ...contextLines(contextOf(data, now), style),
    '',
    row('Open', paint.cyan(data.serving.url || typed('open', data))),
    ...paragraph('Health', data.health.map(checkAsText).join(', '), style),
    ...goingOn(data, now),
    ...remarks(data, style),
    ...wayBack(data, style),
  ].join('\n');
};

const nothingRuns = (data: StatusData, { paint, signs }: Style, now: Date): string =>
  [
    `${paint.yellow(signs.pending)} ${paint.bold(`${data.app} does not run on ${data.target}`)}`,
    '',
    ...(data.lock ? goingOn(data, now) : [row('Start', paint.cyan(typed('deploy', data)))]),
  ].join('\n');

const goingOn = ({ lock }: StatusData, now: Date): string[] =>
  lock === null ? [] : [row('Deploying', `${lock.owner}, at ${lock.doing}, for ${age(lock.since, now)}`)];

const headline = ({ app, target, ok, serving }: StatusData, { paint, signs }: Style): string => {
  const sign = ok ? paint.green(signs.done) : paint.red(signs.failed);
  return `${sign} ${paint.bold(`${app} ${short(serving.release)} serves on ${target}${ok ? '' : ', and is not healthy'}`)}`;
};

const contextOf = ({ environment, serving, by, target }: StatusData, now: Date): string[] => [
  ...(environment === undefined ? [] : [`environment ${environment}`]),
  `since ${age(serving.since, now)}`,
  `by ${by}`,
  runnerOf(serving, target),
];

const runnerOf = ({ container, pid }: StatusData['serving'], target: string): string => {
  if (isInCluster(target)) return container === '' ? 'no pod is ready' : `pod ${container}`;
  return container === '' ? `process ${pid}` : `container ${container}`;
};

const checkAsText = ({ name, ok, said, ms }: StatusData['health'][number]): string =>
  `${name} ${ok ? `${ms} ms` : said}`;

const remarks = (data: StatusData, style: Style): string[] => {
  const { serving, drift } = data;
  const mends = `${isInCluster(data.target) ? 'no pod of it is ready' : 'its supervisor has died: nothing restarts it'}. ${whole(typed('deploy', data))} mends that`;
  const differs = `sources or config differ from what serves: ${whole(typed('plan', data))}`;
  return [
    ...(serving.supervisor === 'gone' ? paragraph('Warning', mends, style) : []),
    ...(serving.restarts > 0 ? [row('Restarts', `${serving.restarts}, after crashes: ${typed('logs', data)}`)] : []),
    ...(drift ? paragraph('Drift', differs, style) : []),
  ];
};

const wayBack = (data: StatusData, { paint }: Style): string[] => {
  const [last] = data.back;
  return last === undefined ? [] : [row('Back to', `${short(last)}   ${paint.cyan(typed('rollback', data))}`)];
};
