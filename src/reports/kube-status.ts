import { age, ago, plural } from './format.ts';
import { row } from './problem.ts';
import type { Style } from './style.ts';

export interface SetStatusData {
  readonly set: string;
  readonly context: string;
  readonly namespace: string;
  readonly ok: boolean;
  readonly objects: number;
  readonly missing: readonly string[];
  readonly workloads: readonly {
    readonly what: string;
    readonly ready: number;
    readonly wanted: number;
    readonly updated: number;
    readonly done: boolean;
    readonly said: string;
  }[];
  readonly pods: readonly {
    readonly name: string;
    readonly phase: string;
    readonly ready: boolean;
    readonly restarts: number;
    readonly since: string;
    readonly said: string;
  }[];
  readonly services: readonly {
    readonly name: string;
    readonly type: string;
    readonly addresses: readonly string[];
    readonly ready: boolean;
  }[];
  readonly claims: readonly { readonly name: string; readonly phase: string; readonly size: string }[];
  readonly events: readonly { readonly at: string; readonly what: string; readonly said: string }[];
}

/** `bytechat kube status`: each object that can be ready or not, and why it is not. */
export const setStatusAsText = (data: SetStatusData, style: Style, now: Date): string => {
  const { paint, signs } = style;
  const { set, context, namespace, ok, objects, missing, events } = data;
  if (objects === 0 && missing.length === 0)
    return `${paint.yellow(signs.pending)} ${paint.bold(`There is nothing of ${set} in the namespace ${namespace} of ${context}`)}`;
  const sign = ok ? paint.green(signs.done) : paint.red(signs.failed);
  return [
    `${sign} ${paint.bold(`${set}: ${plural(objects, 'object')}, ${ok ? 'all ready' : 'not ready'}`)}`,
    `  ${paint.dim(`cluster ${context}, namespace ${namespace}`)}`,
    '',
    ...missing.map(what => row('Missing', what)),
    ...workloadLines(data, style),
    ...podLines(data, style, now),
    ...placeLines(data),
    ...(events.length === 0 ? [] : ['', '  Last warnings']),
    ...events.map(
      ({ at, what, said }) => `  ${paint.dim(signs.bar)} ${at === '' ? '' : `${ago(at, now)}  `}${what}: ${said}`,
    ),
  ].join('\n');
};

const workloadLines = ({ workloads }: SetStatusData, { paint, signs }: Style): string[] =>
  workloads.flatMap(({ what, ready, wanted, updated, done, said }) => {
    const sign = done ? paint.green(signs.done) : paint.red(signs.failed);
    return [
      `  ${sign} ${what}  ${ready}/${wanted} ready, ${updated} updated`,
      ...(said === '' ? [] : [`      ${paint.dim(said)}`]),
    ];
  });

const podLines = ({ pods }: SetStatusData, { paint, signs }: Style, now: Date): string[] =>
  pods.flatMap(({ name, phase, ready, restarts, since, said }) => {
    const sign = ready ? paint.green(signs.done) : paint.red(signs.failed);
    const old = since === '' ? '' : `, ${age(since, now)} old`;
    return [
      `    ${sign} ${name}  ${phase}, ${plural(restarts, 'restart')}${old}`,
      ...(said === '' ? [] : [`        ${paint.dim(said)}`]),
    ];
  });

const placeLines = ({ services, claims }: SetStatusData): string[] => [
  ...services.map(({ name, type, addresses, ready }) =>
    row('Service', `${name}  ${type}  ${addresses.join(', ')}${ready ? '' : 'no address yet'}`),
  ),
  ...claims.map(({ name, phase, size }) => row('Claim', `${name}  ${phase}  ${size}`)),
];
