import * as z from 'zod';
import type { Config } from '../config/config.ts';
import { gkeRef, mustBeDirect, projectIn } from '../config/gcp.ts';
import { estimateOf } from '../config/google/costs.ts';
import { type Facts, need } from '../core/fact.ts';
import { gke, gkeClusters, project, tenants } from '../core/facts/google.ts';
import { mustBeOurs, mustBeUsable } from '../core/gke-problem.ts';
import type { Json } from '../core/json.ts';
import {
  askForCluster,
  deleteCluster,
  demandCluster,
  emptyCluster,
  tellRemains,
  updateCluster,
  waitForCluster,
} from '../steps/gke.ts';
import { enableApis } from '../steps/google.ts';
import { change, question } from './operation.ts';

/** About the cluster, whatever app there is: its lock and journal are not in it. */
const PARTS = { group: 'Parts', target: 'gcp', appless: true, checks: 'reach' } as const;

/** What it asks of Google, and what it costs, is looked at before it is asked for. */
const SIZED = { ...PARTS, checks: 'size' } as const;

const named = (config: Config): { readonly app: string; readonly books: 'here'; readonly result: string } => {
  const { project: id, location, cluster } = gkeRef(config);
  return { app: cluster, books: 'here', result: `projects/${id}/locations/${location}/clusters/${cluster}` };
};

const priced = (config: Config, facts: Facts) => ({
  ...named(config),
  costs: estimateOf(config, facts, 'cluster'),
});

export const create = change({
  ...SIZED,
  summary: 'make the cluster of gcp.cluster, and wait until it runs',
  options: z.strictObject({}),
  examples: [
    ['bytechat gke create --project my-id', 'Autopilot by default'],
    ['bytechat gke create --dry-run', 'every request that would be made'],
  ],
  locks: true,
  facts: () => [project.name, gke.name, gkeClusters.name],
  plan(config, facts) {
    mustBeDirect(config, 'makes this cluster');
    mustBeUsable(need(gke, facts));
    const steps = [...askForCluster(config, facts), ...waitForCluster(config, facts)];
    if (steps.length === 0) return { ...named(config), steps };
    return { ...priced(config, facts), steps: [...enableApis(config, facts), ...steps] };
  },
});

export const update = change({
  ...SIZED,
  summary: 'bring the cluster to what gcp.cluster says: release channel, how many nodes',
  options: z.strictObject({
    nodes: z.int().min(0).max(1000).optional().describe('how many nodes it has now; standard only'),
  }),
  examples: [
    ['bytechat gke update', 'after the file was changed'],
    ['bytechat gke update --nodes 0', 'no node costs anything until the next update'],
  ],
  locks: true,
  facts: () => [project.name, gke.name, gkeClusters.name],
  plan(config, facts, { nodes }) {
    mustBeDirect(config, 'changes this cluster');
    const found = need(gke, facts) ?? demandCluster(config);
    mustBeUsable(found);
    return { ...priced(config, facts), steps: updateCluster(config, found, nodes) };
  },
});

export const remove = change({
  ...PARTS,
  summary: 'empty the cluster, delete it, and say what is left and costs',
  options: z.strictObject({}),
  examples: [
    ['bytechat gke delete', 'asks for its name first'],
    ['bytechat gke delete --dry-run', 'what is in it, and would be gone'],
  ],
  locks: true,
  facts: () => [project.name, gke.name, tenants.name],
  plan(config, facts) {
    mustBeDirect(config, 'deletes this cluster');
    const found = need(gke, facts);
    if (!found) return { ...named(config), steps: [] };
    mustBeOurs(found, 'delete');
    return {
      ...named(config),
      steps: [...emptyCluster(config, facts), ...deleteCluster(config, facts), tellRemains(config)],
    };
  },
  confirm: (_config, facts) => {
    const { name } = need(gke, facts) ?? {};
    const inside = need(tenants, facts).length;
    if (name === undefined) return undefined;
    return {
      word: name,
      question: `Type ${name} to delete it with ${inside === 1 ? 'the namespace' : `${inside} namespaces`} in it`,
    };
  },
});

export const list = question({
  ...PARTS,
  summary: 'the clusters of the project, whoever has made them',
  options: z.strictObject({}),
  examples: [['bytechat gke list --project my-project', 'with their nodes and their state']],
  facts: () => [project.name, gkeClusters.name],
  answer: (config, facts) => ({
    ok: true,
    data: { project: projectIn(config), clusters: need(gkeClusters, facts) as unknown as Json },
  }),
});

export const describe = question({
  ...PARTS,
  summary: 'all about the cluster of gcp.cluster; exit code 1 when it does not run',
  options: z.strictObject({}),
  examples: [['bytechat gke describe --json', 'every field']],
  facts: () => [project.name, gke.name, tenants.name],
  answer(config, facts) {
    const found = need(gke, facts) ?? demandCluster(config);
    return {
      ok: found.status === 'RUNNING',
      data: { project: projectIn(config), cluster: found as unknown as Json, namespaces: [...need(tenants, facts)] },
    };
  },
});
