import { ago } from './format.ts';
import { paragraph, row } from './problem.ts';
import { contextLines } from './steps.ts';
import type { Style } from './style.ts';

export interface HelmData {
  readonly name: string;
  readonly namespace: string;
  readonly ok: boolean;
  readonly revision: number;
  readonly status: string;
  readonly deployed: number;
  readonly chart: string;
  readonly updated: string;
  readonly description: string;
  readonly workloads: readonly {
    readonly kind: string;
    readonly name: string;
    readonly ready: number;
    readonly wanted: number;
  }[];
}

/** `bytechat helm status`: which revision, and how what it runs is. */
export const helmAsText = (data: HelmData, style: Style, now: Date): string => {
  const { paint, signs } = style;
  const { name, ok, revision, status, deployed, description, workloads } = data;
  const sign = ok ? paint.green(signs.done) : paint.red(signs.failed);
  const inForce = status === 'deployed' || deployed === 0 ? [] : [row('In force', `revision ${deployed}`)];
  return [
    `${sign} ${paint.bold(`${name} revision ${revision} is ${status}`)}`,
    ...contextLines(contextOf(data, now), style),
    '',
    ...inForce,
    ...workloads.map(({ kind, name: its, ready, wanted }) =>
      row('Runs', `${kind}/${its}   ${ready} of ${wanted} ready`),
    ),
    ...(description === '' ? [] : paragraph('Helm says', description, style)),
  ].join('\n');
};

const contextOf = ({ namespace, chart, updated }: HelmData, now: Date): string[] => [
  `namespace ${namespace}`,
  ...(chart === '' ? [] : [`chart ${chart}`]),
  ...(updated === '' ? [] : [`updated ${ago(updated, now)}`]),
];
