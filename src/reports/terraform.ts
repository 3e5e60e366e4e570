import type { Json } from '../core/json.ts';
import type { Report } from '../core/report.ts';
import { duration } from './format.ts';
import type { Style } from './style.ts';

export interface OutputsData {
  readonly folder: string;
  /** Only this one was asked for. */
  readonly name?: string;
  readonly reveal: boolean;
  readonly outputs: readonly { readonly name: string; readonly sensitive: boolean; readonly value: Json }[];
}

const textOf = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** `bytechat terraform output`: a line each; the value alone when one is asked for. */
export const outputsAsText = ({ folder, name, reveal, outputs }: OutputsData, { paint }: Style): string => {
  const shown = ({ sensitive, value }: OutputsData['outputs'][number]): string =>
    sensitive && !reveal ? '(sensitive: --reveal shows it)' : textOf(value);
  if (name !== undefined) return outputs.map(shown).join('\n');
  if (outputs.length === 0) return `${folder} has no outputs.`;
  const width = Math.max(...outputs.map(each => each.name.length));
  return outputs.map(each => `${paint.bold(each.name.padEnd(width))}  ${shown(each)}`).join('\n');
};

const detailOf = ({ steps }: Report, id: string): string => steps.find(step => step.id === id)?.detail ?? '';

const hasNothing = ({ steps }: Report, id: string): boolean =>
  steps.find(step => step.id === id)?.status === 'unchanged';

/** What a run comes to, in one line; init may have been all that there was to do. */
export const terraformDone: Readonly<Record<string, (report: Report) => string>> = {
  'terraform init': ({ app, durationMs }) => `${app} is initialized (${duration(durationMs)})`,
  'terraform plan': report =>
    hasNothing(report, 'plan') ? NOTHING : `${report.app}: ${detailOf(report, 'plan')}${listOf(report)}`,
  'terraform apply': report =>
    hasNothing(report, 'apply')
      ? NOTHING
      : `${report.app} is as it is wanted: ${detailOf(report, 'apply')} (${duration(report.durationMs)})`,
  'terraform destroy': ({ app, durationMs, ...report }) =>
    `What ${app} had made is gone: ${detailOf({ app, durationMs, ...report }, 'apply')} (${duration(durationMs)})`,
  'terraform import': report =>
    hasNothing(report, 'import') ? 'It is in the state already' : `In the state: ${detailOf(report, 'import')}`,
};

const NOTHING = 'Nothing to do: what is there is as it is wanted';

const listOf = ({ result }: Report): string =>
  result
    ? `\n\n${result
        .split('\n')
        .map(line => `  ${line}`)
        .join('\n')}`
    : '';

export const terraformUnchanged: Readonly<Record<string, string>> = {
  'terraform plan': NOTHING,
  'terraform apply': NOTHING,
  'terraform destroy': 'Nothing to delete: the state is empty',
  'terraform import': 'It is in the state already',
};
