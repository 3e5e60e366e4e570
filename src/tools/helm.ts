import { type Command, type CommandOptions, command, flags, type Tool } from '../core/action.ts';
import type { Json } from '../core/json.ts';
import type { ClusterRef } from '../core/kube.ts';

/** Helm 3 and 4. What it says when it fails is the same in both, but for a word before it. */
export const helm: Tool = {
  file: 'helm',
  version: ['version', '--template', '{{.Version}}'],
  atLeast: '3.14',
  install: 'https://helm.sh/docs/intro/install',
  cause: '^Error: (?:UPGRADE FAILED: |INSTALLATION FAILED: )?(.+)$',
  hints: [
    {
      what: 'Helm holds another operation of this release for unfinished',
      when: 'another operation .*is in progress',
      say: 'run this again: it repairs what was left, when nobody is at it',
      code: 'locked',
    },
    {
      what: 'A Helm release of this name is there already',
      when: 'cannot re-?use a name that is still in use',
      say: 'bytechat helm upgrade changes it',
      code: 'name-taken',
    },
    {
      what: 'An object of the chart is there already, and is not of this Helm release',
      when: 'invalid ownership metadata|cannot be imported into the current release',
      say: 'remove it, or give the release another name',
      code: 'name-taken',
    },
    {
      what: "The values are not as the chart's schema wants them",
      when: "values don't meet the specifications of the schema",
      say: 'correct what it names',
      code: 'invalid-value',
    },
    {
      what: 'Helm has no such release',
      when: 'release: not found|has no deployed releases|release has no \\d+ version',
      say: 'helm list --all, and helm history of one, show what there is',
      code: 'unknown-release',
    },
    {
      // helm/helm#13437: repaired in 4.0.5, in 4.2 and in the last of Helm 3.
      what: 'This Helm cannot go back to an object that was kept',
      when: '(no|original object) \\w+ with the name ".+" (not )?found',
      say: 'update Helm: 3.22, 4.0.5 and 4.2 can',
    },
    {
      what: 'The chart cannot be found',
      when: 'non-absolute URLs should be in form of|path ".+" not found|Chart.yaml file is missing|repo .+ not found|failed to download',
      say: 'name a folder, an archive, or oci://… as --chart',
      code: 'missing-file',
    },
    {
      what: 'No Kubernetes cluster answers',
      when: 'kubernetes cluster unreachable|connection refused.*:6443',
      say: 'kubectl cluster-info shows whether it answers',
      code: 'cluster-unreachable',
    },
    {
      when: 'is forbidden: ',
      say: 'ask its administrator; kubectl auth can-i --list shows what you may',
      code: 'no-permission',
    },
    {
      when: 'conflicts? with "',
      say: 'let go of the fields that it names, or take them back with helm upgrade --force-conflicts',
    },
  ],
};

/** One release, and where. Without a context, the kubeconfig's current one. */
export interface Release extends ClusterRef {
  readonly name: string;
  /** A file that knows the context, where the user's own need not. */
  readonly kubeconfig?: string;
}

/** A chart with its values: JSON goes by stdin, where secrets may be in it; a file is named. */
export interface Rendering extends Release {
  /** A folder, an archive, or a reference such as `oci://…`. */
  readonly chart: string;
  readonly values?: Json | undefined;
  /** Several with commas between them. */
  readonly valuesFile?: string | undefined;
  /** Where relative paths start from. */
  readonly cwd?: string | undefined;
}

export interface Upgrading extends Rendering {
  /** Makes it where there is none. */
  readonly install: boolean;
  /** How many revisions Helm keeps. */
  readonly keep: number;
  readonly description: string;
  /** On the revision that is written. */
  readonly labels?: Readonly<Record<string, string>>;
}

/** What hooks of a chart may take: nothing else is waited for here. */
const HOOKS_MS = 15 * 60_000;
const ASK_MS = 60_000;

const at = ({ namespace, context }: Release): string[] => flags({ namespace, 'kube-context': context });

const known = ({ kubeconfig }: Release): CommandOptions =>
  kubeconfig === undefined ? {} : { env: { KUBECONFIG: kubeconfig } };

const rendering = ({ values, valuesFile, cwd, ...release }: Rendering, timeoutMs: number): CommandOptions => ({
  ...known(release),
  ...(values !== undefined && valuesFile === undefined && { input: values }),
  ...(cwd !== undefined && { cwd }),
  timeoutMs,
});

const valuesOf = ({ values, valuesFile }: Rendering): string[] =>
  flags({ values: valuesFile ?? (values === undefined ? undefined : '-') });

/** It does not wait: whether the pods come up is told sooner and better by our own classifier. */
export const upgrade = (wanted: Upgrading): Command => {
  const { name, chart, install, keep, description, labels = {} } = wanted;
  const told = flags({ 'history-max': keep, description });
  // pflag reads it as comma-separated pairs.
  const pairs = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
  const marks = flags({ labels: pairs.length > 0 ? pairs.join(',') : undefined });
  return command(
    helm,
    ['upgrade', ...flags({ install }), name, chart, ...at(wanted), ...valuesOf(wanted), ...told, ...marks],
    rendering(wanted, HOOKS_MS),
  );
};

/** Writes a new revision that is what this one was. Also the way out of one that was left pending. */
export const rollback = (release: Release, revision: number, keep: number): Command =>
  command(helm, ['rollback', release.name, String(revision), ...at(release), ...flags({ 'history-max': keep })], {
    ...known(release),
    timeoutMs: HOOKS_MS,
  });

/** What is gone already is fine. Its objects are there until their pods have ended. */
export const uninstall = (release: Release, { wait = false }: { readonly wait?: boolean } = {}): Command =>
  command(
    helm,
    ['uninstall', release.name, ...at(release), '--ignore-not-found', '--cascade', 'foreground', ...flags({ wait })],
    { ...known(release), timeoutMs: HOOKS_MS },
  );

export const template = (wanted: Rendering): Command =>
  command(helm, ['template', wanted.name, wanted.chart, ...at(wanted), ...valuesOf(wanted)], rendering(wanted, ASK_MS));
