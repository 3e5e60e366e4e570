import * as z from 'zod';
import { objectName } from '../config/cluster.ts';
import type { Config } from '../config/config.ts';
import { storedAt } from '../config/stored.ts';
import { type Facts, need } from '../core/fact.ts';
import { type HelmReleaseFact, helmReleases, live } from '../core/facts/cluster.ts';
import { image } from '../core/facts/image.ts';
import { kept } from '../core/facts/kept.ts';
import { stored } from '../core/facts/registry.ts';
import { isSecretRef, type Json, mapJson } from '../core/json.ts';
import { BytechatError, type Problem } from '../core/problem.ts';
import { clusterTargets } from '../core/target.ts';
import { noticeOfRepair, ownChart, releaseOf } from '../steps/helm.ts';
import { type AnyRelease, rollBackTo, showChart, uninstallChart, upgradeChart } from '../steps/helm-release.ts';
import { valuesFrom } from '../steps/manifests/from.ts';
import { kubernetes } from '../targets/kubernetes.ts';
import type { Decision } from '../targets/target.ts';
import { change, question } from './operation.ts';

const chart = z
  .string()
  .min(1)
  .optional()
  .describe('a folder, an archive or oci://…; by default the chart of bytechat, with the values of the config');
const release = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9.-]{0,51}[a-z0-9])?$/, 'Use a-z, 0-9, . and -, at most 53')
  .optional()
  .describe('the Helm release; by default that of the app');
const values = z.string().min(1).optional().describe('a file with values for --chart; several with commas');

interface Given {
  readonly chart?: string | undefined;
  readonly release?: string | undefined;
  readonly values?: string | undefined;
}

/** The release that is meant, and what there is of it. */
const meant = (config: Config, facts: Facts, { release: name }: Given): AnyRelease => {
  const own = releaseOf(config);
  const named = { ...own, name: name ?? own.name };
  return { release: named, now: need(helmReleases, facts).find(found => found.name === named.name) };
};

const usage = (message: string, fix: string): BytechatError => new BytechatError({ code: 'usage', message, fix });

/** Of another chart all is said here; of the app, all in its file. */
const demandWhole = ({ chart: other, release: name, values: file }: Given): void => {
  if (other === undefined && file !== undefined)
    throw usage('--values is for another chart', 'name it as --chart, or write the values of the app into its file');
  if ((other === undefined) !== (name === undefined))
    throw usage('--chart and --release go together', 'name both, or leave both out for the app of the file');
};

/** The app, whatever its file says of the way. */
const appByHelm = (config: Config, facts: Facts): Decision =>
  kubernetes.deploy({ ...config, kubernetes: { ...config.kubernetes, via: 'helm' } }, facts, { acceptDataLoss: false });

const upgraded = (config: Config, facts: Facts, given: Given): Decision => {
  if (given.chart === undefined) return appByHelm(config, facts);
  const any = meant(config, facts, given);
  const notices = noticeOfRepair(any.release, any.now ?? null);
  return {
    app: any.release.name,
    steps: upgradeChart(config, { ...any, chart: given.chart, valuesFile: given.values }),
    ...(notices.length > 0 && { notices }),
  };
};

const factsOfUpgrade = (): readonly string[] => [...kubernetes.facts, helmReleases.name];

export const install = change({
  summary: 'make a Helm release of the app, or of any chart, and wait for it',
  group: 'Parts',
  target: clusterTargets,
  options: z.strictObject({ chart, release, values }),
  examples: [
    ['bytechat helm install', 'the app, built first'],
    ['bytechat helm install --chart ./redis --release cache', 'any chart'],
  ],
  checks: 'made',
  recorded: 'deploy',
  locks: true,
  facts: factsOfUpgrade,
  plan(config, facts, given) {
    demandWhole(given);
    const { release: named, now } = meant(config, facts, given);
    if (now && now.status !== 'uninstalled') throw new BytechatError(isThere(named.name, now));
    return upgraded(config, facts, given);
  },
});

export const upgrade = change({
  summary: 'bring a Helm release to what is wanted now; back if it does not come up',
  group: 'Parts',
  target: clusterTargets,
  options: z.strictObject({
    chart,
    release,
    values,
    install: z.boolean().default(false).describe('make it where there is none'),
  }),
  examples: [
    ['bytechat helm upgrade --install', 'the app'],
    ['bytechat helm upgrade --chart ./redis --release cache', 'any chart'],
  ],
  checks: 'made',
  recorded: 'deploy',
  locks: true,
  facts: factsOfUpgrade,
  plan(config, facts, { install: mayInstall, ...given }) {
    demandWhole(given);
    const any = meant(config, facts, given);
    if (!any.now && !mayInstall)
      throw new BytechatError(isMissing(any, facts, 'bytechat helm upgrade --install makes it'));
    return upgraded(config, facts, given);
  },
});

export const uninstall = change({
  summary: 'remove a Helm release with what it has made',
  group: 'Parts',
  target: clusterTargets,
  options: z.strictObject({ release }),
  examples: [
    ['bytechat helm uninstall --release cache', 'asks for its name'],
    ['bytechat helm uninstall --yes', 'the app; its data stay'],
  ],
  checks: 'made',
  locks: true,
  facts: () => [helmReleases.name],
  plan(config, facts, given) {
    const any = meant(config, facts, given);
    return { app: any.release.name, steps: uninstallChart(any) };
  },
  confirm: (config, _facts, { release: name = objectName(config) }) => ({
    word: name,
    question: `Type ${name} to uninstall it`,
  }),
});

export const rollback = change({
  summary: 'bring an earlier revision of a Helm release back, and wait for it',
  group: 'Parts',
  target: clusterTargets,
  options: z.strictObject({
    release,
    revision: z.int().min(1).optional().describe('the revision; by default the one before'),
  }),
  examples: [
    ['bytechat helm rollback', 'the app, by one revision'],
    ['bytechat helm rollback --release cache --revision 3', 'any other'],
  ],
  checks: 'made',
  locks: true,
  facts: () => [helmReleases.name],
  plan(config, facts, { revision, ...given }) {
    const any = meant(config, facts, given);
    const { release: named, now } = any;
    if (!now) throw new BytechatError(isMissing(any, facts, 'bytechat helm status shows one'));
    return { app: named.name, steps: rollBackTo(config, any, revisionBack(named.name, now, revision)) };
  },
});

const revisionBack = (name: string, { deployed, revisions }: HelmReleaseFact, to: number | undefined): number => {
  const found = to === undefined ? revisions.findLast(each => each < deployed) : revisions.find(each => each === to);
  if (found !== undefined) return found;
  throw new BytechatError({
    code: 'unknown-release',
    message: to === undefined ? `${name} has no earlier revision` : `${name} has no revision ${to}`,
    allowed: revisions.map(String),
    fix: `helm history ${name} shows what each of them was`,
  });
};

export const template = change({
  summary: 'print the objects that a chart makes, as YAML',
  group: 'Parts',
  target: clusterTargets,
  options: z.strictObject({ chart, release, values }),
  examples: [
    ['bytechat helm template', 'of the app, without its secrets'],
    ['bytechat helm template --chart ./redis', 'of any chart'],
  ],
  checks: 'none',
  locks: false,
  streams: true,
  facts: () => [image.name, stored.name, live.name, kept.name],
  plan(config, facts, given) {
    const { chart: other, values: file, release: name } = given;
    if (other === undefined && file !== undefined) demandWhole(given);
    const own = releaseOf(config);
    const at = { name: name ?? own.name, namespace: own.namespace };
    if (other !== undefined) return { steps: showChart({ ...at, chart: other, valuesFile: file, cwd: config.root }) };
    return { steps: showChart({ ...at, chart: ownChart(config), values: shownValues(config, facts) }) };
  },
});

/** What is not to be seen, or not there yet, by its name. */
const shownValues = (config: Config, facts: Facts): Json => {
  const { image: known, ...rest } = valuesFrom(config, facts);
  const tagged = `${storedAt(config)?.image ?? config.app.image?.repository}:${rest.release}`;
  const whole = { ...rest, image: typeof known === 'string' ? known : tagged };
  return mapJson(whole as unknown as Json, value => (isSecretRef(value) ? `(the secret ${value.$secret})` : value));
};

export const status = question({
  summary: 'which revision of a Helm release is there, and how its pods are',
  group: 'Parts',
  target: clusterTargets,
  options: z.strictObject({ release }),
  examples: [
    ['bytechat helm status', 'of the app; 1: it is not whole'],
    ['bytechat helm status --release cache --json', 'of any, for programs'],
  ],
  checks: 'made',
  facts: () => [helmReleases.name],
  answer(config, facts, given) {
    const any = meant(config, facts, given);
    if (!any.now) throw new BytechatError(isMissing(any, facts, 'bytechat helm install'));
    const { workloads, status: said } = any.now;
    const ok = said === 'deployed' && workloads.every(({ ready, wanted }) => ready >= wanted);
    return { ok, data: { ...any.now, namespace: any.release.namespace, ok } as unknown as Json };
  },
});

const isThere = (name: string, { revision, status: said }: HelmReleaseFact): Problem => ({
  code: 'name-taken',
  message: `There is a Helm release ${name} already`,
  because: `its revision ${revision} is ${said}`,
  fix: 'bytechat helm upgrade',
});

const isMissing = ({ release: { name, namespace } }: AnyRelease, facts: Facts, fix: string): Problem => {
  const others = need(helmReleases, facts).map(found => found.name);
  return {
    code: 'unknown-release',
    message: `There is no Helm release ${name} in ${namespace}`,
    ...(others.length > 0 && { allowed: others }),
    fix,
  };
};
