import * as z from 'zod';
import { objectName } from '../config/cluster.ts';
import type { Config } from '../config/config.ts';
import { chooseSet, isUsers, setName } from '../config/kube-set.ts';
import { call } from '../core/action.ts';
import { type Facts, need } from '../core/fact.ts';
import { cluster } from '../core/facts/cluster.ts';
import { kubeSet, manifests, setPods, setStatus } from '../core/facts/kube-set.ts';
import { BytechatError, isError } from '../core/problem.ts';
import { clusterTargets } from '../core/target.ts';
import type { Wanted } from '../steps/cluster.ts';
import { aboutSet } from '../steps/kube-set/about.ts';
import { applyApp, diffOfApp } from '../steps/kube-set/app.ts';
import { applySet } from '../steps/kube-set/apply.ts';
import { diffOfSet, sortedDiff } from '../steps/kube-set/diff.ts';
import { setProblems } from '../steps/kube-set/problems.ts';
import { removeSet } from '../steps/kube-set/remove.ts';
import { targetOf } from '../targets/index.ts';
import { change, question } from './operation.ts';

const file = z.string().min(1).optional().describe('a file or folder of manifests; without it, the objects of the app');
const name = z.string().min(1).optional().describe('what the set is called; by default as the file is');

const PARTS = { group: 'Parts', appless: true, target: clusterTargets, checks: 'made' } as const;
const OF_SET = { ...PARTS, configure: chooseSet } as const;

const SET = [manifests.name, kubeSet.name];

/** Of the user's set, or of the app. */
const factsOf = (config: Config): readonly string[] =>
  isUsers(config) ? [cluster.name, ...SET] : targetOf(config).facts;

/** The objects of the app, as deploy decides them. */
const wantedBy = (config: Config, facts: Facts): Wanted => {
  const {
    release = '',
    config: how = '',
    settings = {},
  } = targetOf(config).deploy(config, facts, { acceptDataLoss: false });
  return { release, config: how, objects: (settings.objects ?? []) as unknown as Wanted['objects'] };
};

const mustHaveFiles = ({ kubernetes }: Config): void => {
  if (kubernetes.set !== undefined && kubernetes.manifests === undefined)
    throw new BytechatError({
      code: 'usage',
      message: `Nobody knows what ${kubernetes.set} is to consist of`,
      because: '--name alone says only what it is called',
      fix: `--file <file or folder> --name ${kubernetes.set}`,
    });
};

export const apply = change({
  ...OF_SET,
  summary: 'apply the objects of the app, or manifests of your own',
  options: z.strictObject({
    file,
    name,
    adopt: z.boolean().default(false).describe('take over objects that are there and belong to nobody'),
  }),
  examples: [
    ['bytechat kube apply', 'as deploy, of a pushed image'],
    ['bytechat kube apply --file k8s', 'the manifests of a folder'],
    ['bytechat kube apply --file a.yaml --name b', 'under another name'],
  ],
  locks: true,
  facts: factsOf,
  plan(config, facts, { adopt }) {
    if (!isUsers(config)) return applyApp(config, facts, wantedBy(config, facts));
    mustHaveFiles(config);
    const problems = setProblems(config, facts, adopt);
    if (problems.some(isError)) throw new BytechatError(problems);
    return { app: setName(config), steps: applySet(config, facts) };
  },
});

export const diff = question({
  ...OF_SET,
  summary: 'what apply would change, field by field; exit code 1 when there is anything',
  options: z.strictObject({ file, name }),
  examples: [
    ['bytechat kube diff', 'of the app'],
    ['bytechat kube diff --file k8s --json', 'for programs; secrets stay masked'],
  ],
  facts: factsOf,
  answer(config, facts) {
    if (isUsers(config)) mustHaveFiles(config);
    const objects = isUsers(config) ? diffOfSet(config, facts) : diffOfApp(config, facts, wantedBy(config, facts));
    const { context } = need(cluster, facts);
    const data = {
      set: setName(config),
      context,
      namespace: config.kubernetes.namespace,
      objects: sortedDiff(objects),
    };
    return { ok: objects.every(({ action }) => action === 'keep'), data };
  },
});

export const status = question({
  ...OF_SET,
  summary: 'the objects of a set: what is ready, and why not',
  options: z.strictObject({ name: name.describe('a set; without it, the app') }),
  examples: [
    ['bytechat kube status', 'of the app; exit code 1: not all is ready'],
    ['bytechat kube status --name cache', 'of a set that kube apply has made'],
  ],
  facts: () => [cluster.name, setStatus.name],
  answer(config, facts) {
    const found = need(setStatus, facts);
    const { objects, missing, workloads, services, claims } = found;
    const ok =
      objects > 0 &&
      missing.length === 0 &&
      workloads.every(({ done }) => done) &&
      services.every(({ ready }) => ready) &&
      claims.every(({ phase }) => phase === 'Bound');
    const { context } = need(cluster, facts);
    const { namespace } = config.kubernetes;
    return { ok, data: { set: setName(config), context, namespace, ok, ...(found as object) } };
  },
});

export const logs = change({
  ...OF_SET,
  summary: 'what the pods of a set print; -f follows them',
  options: z.strictObject({
    name: name.describe('a set; without it, the app'),
    follow: z.boolean().default(false).describe('go on until Ctrl-C, with pods that come later'),
    lines: z.int().min(0).max(100_000).default(50).describe('how many of the last lines of each'),
    previous: z.boolean().default(false).describe('what was said before the last restart'),
    pod: z.string().min(1).optional().describe('only this pod'),
  }),
  examples: [
    ['bytechat kube logs', 'the last 50 lines of each pod'],
    ['bytechat kube logs --name cache --follow', 'of a set, and all that comes'],
    ['bytechat kube logs --pod shop-0 --previous', 'why it was started again'],
  ],
  locks: false,
  streams: true,
  facts: () => [cluster.name, setPods.name],
  plan(config, facts, { name: _name, follow, previous, pod, lines }) {
    const asked = { lines, previous, follow: follow && !previous, ...(pod !== undefined && { pod }) };
    const pods = need(setPods, facts).map(each => ({ ...each }));
    const action = call('kube', 'logs', { ...aboutSet(config), ...asked, pods });
    return { app: setName(config), steps: [streaming('logs', 'Follow the pods', action)] };
  },
});

const streaming = (id: string, title: string, action: ReturnType<typeof call>) => ({
  id,
  title,
  needs: [],
  changes: [],
  actions: [action],
});

export const remove = change({
  ...OF_SET,
  summary: 'delete the objects of a set, the last made first; volumes stay',
  options: z.strictObject({
    file,
    name,
    data: z.boolean().default(false).describe('delete volumes, namespaces and history too'),
  }),
  examples: [
    ['bytechat kube delete', 'the app, as destroy does'],
    ['bytechat kube delete --name cache --yes', 'a set, without a question'],
  ],
  locks: true,
  facts: factsOf,
  plan(config, facts, { data }) {
    if (!isUsers(config)) return targetOf(config).destroy(config, facts, { data });
    const problems = need(manifests, facts).problems.filter(isError);
    if (problems.length > 0) throw new BytechatError(problems);
    const steps = removeSet(config, facts, data);
    const left = steps.flatMap(({ changes }) => changes).some(({ action }) => action === 'keep');
    // No such folder: it only says that the books go too.
    return {
      app: setName(config),
      steps,
      leftovers: left || steps.length === 0 ? [] : [`${config.state}/sets/${setName(config)}`],
    };
  },
  confirm(config, _facts, { data, ...chosen }) {
    const word = setName(chooseSet(config, chosen));
    return { word, question: data ? `Type ${word} to delete it with its data` : `Type ${word} to go on` };
  },
});

const port = z.int().min(1).max(65_535).optional();

export const portForward = change({
  ...PARTS,
  summary: 'a port of this machine that leads to the app, until Ctrl-C',
  options: z.strictObject({
    port: port.describe('of this machine; by default the first free one of the app'),
    to: z
      .string()
      .regex(/^[0-9]{1,5}$/, 'Write a port')
      .optional()
      .describe('the port of the container; by default that of the app'),
    service: z.string().min(1).optional().describe('a Service of the namespace; by default that of the app'),
  }),
  examples: [
    ['bytechat kube port-forward', 'prints the address'],
    ['bytechat kube port-forward --service redis --to 6379', 'to another Service'],
  ],
  locks: false,
  streams: true,
  facts: () => [cluster.name],
  plan(config, _facts, { port: own, to, service = objectName(config) }) {
    const { app, kubernetes } = config;
    if (service !== objectName(config) && to === undefined) throw new BytechatError(whichPort(service));
    const action = call('forward', 'serve', {
      ...aboutSet(config),
      name: service,
      port: to === undefined ? app.container.port : Number(to),
      host: app.host,
      ports: own === undefined ? { ...app.port } : { from: own, to: own },
    });
    return { steps: [streaming('forward', `Lead to ${service} in ${kubernetes.namespace}`, action)] };
  },
});

const whichPort = (service: string) => ({
  code: 'usage' as const,
  message: `Nobody knows at which port the containers behind ${service} listen`,
  fix: `--service ${service} --to <port of the container>`,
});
