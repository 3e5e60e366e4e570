import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import process from 'node:process';
import { parseAllDocuments } from 'yaml';
import { jsonForYaml } from '../../../src/core/json.ts';
import type { KubeObject } from '../../../src/core/kube.ts';
import type { ChartValues } from './values.ts';

export const CHART = join(import.meta.dirname, '../../../templates/helm/bytechat');

/** What needs Helm is skipped without, and fails without when engines are required. */
export const withoutHelm =
  spawnSync('helm', ['version']).status !== 0 && process.env.BYTECHAT_TEST_ENGINES !== 'required';

export interface Said {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Helm with these values on its stdin, where `-f -` reads them. */
export const helm = (args: readonly string[], values?: object): Said =>
  spawnSync('helm', args, {
    encoding: 'utf8',
    ...(values !== undefined && { input: jsonForYaml(values) }),
  });

/** The objects of the chart with these values, those of `helm test` left out. */
export const rendered = (values: ChartValues): KubeObject[] => {
  const args = ['template', 'release', CHART, '--namespace', 'elsewhere', '--no-hooks', '-f', '-'];
  const { status, stdout, stderr } = helm(args, values);
  if (status !== 0) throw new Error(stderr);
  return objectsIn(stdout);
};

export const objectsIn = (text: string): KubeObject[] =>
  parseAllDocuments(text).flatMap(document => {
    if ('errors' in document && document.errors.length > 0) throw document.errors[0];
    const object = (document as { toJS(): KubeObject | null }).toJS();
    return object === null ? [] : [object];
  });
