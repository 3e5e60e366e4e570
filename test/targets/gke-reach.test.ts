import { describe, expect, test } from 'vitest';
import type { Action } from '../../src/core/action.ts';
import type { Facts } from '../../src/core/fact.ts';
import { GOOGLE_APIS } from '../../src/core/google.ts';
import type { Json } from '../../src/core/json.ts';
import { decide, parseOptions } from '../../src/host/decide.ts';
import { operations } from '../../src/operations/index.ts';
import type { Change } from '../../src/operations/operation.ts';
import { configFrom, freshFacts } from '../support/config.ts';
import { emptyRepository, runningCluster } from '../support/google-facts.ts';

const config = configFrom(`
target: gcp
gcp: { project: my-project }
app:
  name: demo
  image: {}
  container: { stateless: true }
  port: 5101-5105
  health: [{ http: /healthz }, { exec: [node, probe.js] }]
`);
const gke = { project: 'my-project', location: 'us-central1', cluster: 'bytechat' };

const release = (status: string): Json => ({
  name: 'other',
  revision: 3,
  status,
  deployed: 2,
  revisions: [1, 2, 3],
  chart: 'other',
});

const facts: Facts = {
  ...freshFacts,
  kept: { ...freshFacts.kept, keeper: '' },
  cluster: { context: 'gke_my-project_us-central1_bytechat', server: 'https://x', version: 'v1.34.1', problem: null },
  stored: `sha256:${'ab12'.repeat(16)}`,
  helmReleases: [],
  tenants: [],
  googleImages: [],
  project: { ...Object(freshFacts.project), apis: [...GOOGLE_APIS] },
  repository: emptyRepository,
  gke: runningCluster() as unknown as Json,
};

const withHelm = (status: string): Facts => ({
  ...facts,
  helmReleases: [release(status)],
  live: { ...Object(facts.live), helm: release(status) },
});

const actionsOf = (name: keyof typeof operations, given: object, now: Facts): Action[][] => {
  const operation = operations[name] as unknown as Change;
  const options = parseOptions(operation, given);
  const which = operation.configure?.(config, options as never) ?? config;
  const { steps, problems } = decide(operation, name, { config: which, facts: now, options });
  expect(problems).toEqual([]);
  expect(steps.length).toBeGreaterThan(0);
  return steps.flatMap(({ actions, undo = [] }) => [[...actions], [...undo]]);
};

const CASES: readonly (readonly [keyof typeof operations, object, Facts])[] = [
  ['helm install', {}, facts],
  ['helm upgrade', { install: true }, withHelm('pending-upgrade')],
  ['helm install', { chart: 'oci://x/other', release: 'other' }, facts],
  ['helm upgrade', { chart: 'oci://x/other', release: 'other' }, withHelm('deployed')],
  ['helm upgrade', { chart: 'oci://x/other', release: 'other' }, withHelm('pending-upgrade')],
  ['helm rollback', { release: 'other', revision: 1 }, withHelm('deployed')],
  ['helm uninstall', { release: 'other' }, withHelm('deployed')],
  ['deploy', {}, facts],
  ['kube port-forward', {}, facts],
];

describe('whatever is done in a cluster of Google', () => {
  test.for(CASES)('says which one that is: %s %j', ([name, given, now]) => {
    for (const action of actionsOf(name, given, now).flat()) {
      if (action.kind === 'command') continue;
      const { api, method, request } = action;
      const isPlaced = api === 'kube' || (api === 'forward' && ['ensure', 'serve'].includes(method));
      const at = (request.at ?? {}) as { readonly service?: object; readonly cluster?: object };
      const places = [...(isPlaced ? [request] : []), ...[at.service, at.cluster].filter(place => place !== undefined)];
      for (const place of places) expect(place, `${api}.${method}`).toMatchObject({ gke });
    }
  });

  test.for(CASES.filter(([name]) => name.startsWith('helm')))(
    'by Helm begins with a file that says it: %s %j',
    ([name, given, now]) => {
      const file = `${config.state}/kubeconfig`;
      const lists = actionsOf(name, given, now);
      const helms = lists.flat().filter(action => action.kind === 'command' && action.tool.file === 'helm');
      expect(helms.length).toBeGreaterThan(0);
      for (const list of lists)
        for (const [index, action] of list.entries()) {
          if (action.kind !== 'command' || action.tool.file !== 'helm') continue;
          expect(action.env).toEqual({ KUBECONFIG: file });
          expect(action.args.join(' ')).toContain('--kube-context gke_my-project_us-central1_bytechat');
          expect(list[index - 1]).toEqual({
            kind: 'call',
            api: 'credentials',
            method: 'kubeconfig',
            request: { gke, file },
          });
        }
    },
  );
});
