/**
 * How long a deploy to Kubernetes takes beside kubectl and Helm, in one run on one cluster: `node bench/deploy/run.ts
 * [rounds]`. All bring the same objects there (two pods of an app that is ready after 2 s, ConfigMap, Service, account,
 * network policy, disruption budget), each into a namespace of its own: for the first time, with another variable, and
 * with nothing changed. Each round runs all of them in a new random order; a ratio is the median of the ratios to
 * kubectl within the rounds, with the lowest and the highest. `late`: how long after the cluster had settled it was told.
 *
 * Needs a cluster in KUBECONFIG, docker, kubectl and helm on PATH, and BYTECHAT_TEST_OPEN_REGISTRY.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import process from 'node:process';
import { sessionFor } from '../../src/clients/kube/sessions.ts';
import type { KubeObject } from '../../src/core/kube.ts';
import { median, rangeOf, shuffled } from '../rounds.ts';
import { folder, prepare, run, type Tool, tools } from './tools.ts';

const rounds = Number(process.argv[2] ?? 5);
const session = await sessionFor();

/** When all pods were of the newest kind and ready, by the cluster's own counts; looked at every 10 ms. */
const settled = async ({ namespace }: Tool, after: number, signal: AbortSignal): Promise<number> => {
  const path = `/apis/apps/v1/namespaces/${namespace}/deployments/${namespace}`;
  for (let last = 0; ; ) {
    const { status, body } = await session.ask({ path });
    const { metadata, status: counts = {} } = (status === 200 ? body : {}) as KubeObject & { status?: Counts };
    const { observedGeneration = 0, replicas, updatedReplicas, availableReplicas } = counts;
    const isThere =
      observedGeneration === metadata?.generation &&
      [replicas, updatedReplicas, availableReplicas].every(count => count === 2);
    if (isThere && last === 0 && observedGeneration > after) last = performance.now();
    if (!isThere) last = 0;
    if (signal.aborted) return last;
    await new Promise(resolve => setTimeout(resolve, 10));
  }
};

interface Counts {
  readonly observedGeneration?: number;
  readonly replicas?: number;
  readonly updatedReplicas?: number;
  readonly availableReplicas?: number;
}

const generationOf = async ({ namespace }: Tool): Promise<number> => {
  const { status, body } = await session.ask({
    path: `/apis/apps/v1/namespaces/${namespace}/deployments/${namespace}`,
  });
  return status === 200 ? Number((body as KubeObject).metadata.generation) : 0;
};

interface Taken {
  readonly ms: number;
  /** NaN: nothing had to settle. */
  readonly late: number;
}

const time = async (tool: Tool, greeting: string, what: string): Promise<Taken> => {
  const { file, args, input = '' } = tool.command(greeting);
  const over = new AbortController();
  const watching =
    what === NOTHING ? Promise.resolve(Number.NaN) : settled(tool, await generationOf(tool), over.signal);
  const began = performance.now();
  const child = spawn(file, args, { cwd: folder, stdio: ['pipe', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', text => {
    said += text;
  });
  child.stdin.end(input);
  const [code] = await once(child, 'exit');
  const ended = performance.now();
  // We look every 10 ms, and whoever watches may have seen it before us.
  await new Promise(resolve => setTimeout(resolve, GRACE_MS));
  over.abort();
  const there = await watching;
  if (code !== 0 || there === 0)
    throw new Error(`${tool.name}, ${what}: exit ${code}, ${there === 0 ? 'told before it was so' : ''}\n${said}`);
  return { ms: ended - began, late: ended - there };
};

const GRACE_MS = 100;
const FIRST = 'first deploy';
const CHANGED = 'changed';
const NOTHING = 'nothing changed';

const taken: Record<string, Record<string, Taken[]>> = {};
const note = (tool: Tool, what: string, result: Taken): void => {
  taken[what] ??= {};
  const own = taken[what];
  own[tool.name] = [...(own[tool.name] ?? []), result];
};

const QUIET_MS = 5000;
const REPEATS = 3;

/** When the cluster has come to rest: what it still does for pods that have gone is nobody's no-op. */
const nothing = async (greeting: string): Promise<void> => {
  await new Promise(resolve => setTimeout(resolve, QUIET_MS));
  for (let repeat = 0; repeat < REPEATS; repeat++)
    for (const tool of shuffled(all)) note(tool, NOTHING, await time(tool, greeting, NOTHING));
};

const all = tools(prepare());
const forgetAll = (): void => {
  for (const tool of all) tool.forget();
  run('kubectl', ['delete', 'namespace', '--ignore-not-found', ...all.map(({ namespace }) => namespace)]);
};

try {
  forgetAll();
  for (let round = 0; round < rounds; round++) {
    for (const tool of all)
      if (tool.name !== 'bytechat deploy') run('kubectl', ['create', 'namespace', tool.namespace]);
    for (const tool of shuffled(all)) note(tool, FIRST, await time(tool, `a${round}`, FIRST));
    await nothing(`a${round}`);
    for (const tool of shuffled(all)) note(tool, CHANGED, await time(tool, `b${round}`, CHANGED));
    await nothing(`b${round}`);
    forgetAll();
  }
  process.stdout.write(
    '| | median s | ratio to kubectl [lowest..highest] | late, median s |\n| --- | --- | --- | --- |\n',
  );
  for (const [what, byTool] of Object.entries(taken)) {
    const base = byTool[all[0]?.name ?? ''] ?? [];
    for (const [name, own] of Object.entries(byTool)) {
      const ratios = own.map(({ ms }, place) => ms / (base[place]?.ms ?? ms));
      const range = rangeOf(ratios);
      const late = what === NOTHING ? '' : (median(own.map(each => each.late)) / 1000).toFixed(2);
      process.stdout.write(
        `| ${what}: ${name} | ${(median(own.map(({ ms }) => ms)) / 1000).toFixed(2)} | ${range} | ${late} |\n`,
      );
    }
  }
} finally {
  forgetAll();
  rmSync(folder, { recursive: true, force: true });
}
