import { describe, expect, test } from 'vitest';
import { checksFor } from '../../src/checks/index.ts';
import type { Config } from '../../src/config/config.ts';
import type { Facts } from '../../src/core/fact.ts';
import type { Demand } from '../../src/core/facts/demand.ts';
import type { KubeObject } from '../../src/core/kube.ts';
import { decide, factsFor } from '../../src/host/decide.ts';
import { demandFor, factsOfDemand } from '../../src/host/demand.ts';
import { operations } from '../../src/operations/index.ts';
import type { Change } from '../../src/operations/operation.ts';
import { kubernetes } from '../../src/targets/kubernetes.ts';
import { clusterFacts } from '../support/cluster-facts.ts';
import { configFrom } from '../support/config.ts';

const yaml = (more = ''): string => `
app:
  name: shop
  image: { repository: r.example.org/shop }
  container: { stateless: true }
  port: 5101-5105
  health: [{ http: /healthz }]
${more}`;
const configOf = (more = '', container = '{ stateless: true }', target: Config['target'] = 'kubernetes'): Config => ({
  ...configFrom(yaml(more).replace('{ stateless: true }', container)),
  target,
});
const config = configOf();

const LOOKED = ['demand', 'access', 'classes', 'quota', 'platforms', 'served', 'certificate'];
const first: Facts = {
  ...Object.fromEntries(Object.entries(clusterFacts).filter(([name]) => !LOOKED.includes(name))),
  stored: 'sha256:01',
  readme: [],
  playbooks: { files: [], problems: [], read: true },
  'terraform findings': [],
};

const change = (name: keyof typeof operations): Change => operations[name] as unknown as Change;
const demanded = (facts: Facts, name: 'deploy' | 'rollback' | 'destroy' | 'validate' = 'deploy', of: Config = config) =>
  demandFor(change(name), { config: of, facts, options: {} });

/** What is true after a deploy. */
const deployed = (of: Config = config, facts: Facts = first): Facts => {
  const { settings, release = '', config: how = '' } = kubernetes.deploy(of, facts, { acceptDataLoss: false });
  const objects = (settings?.objects ?? []) as unknown as readonly KubeObject[];
  return {
    ...facts,
    live: { ...(facts.live as object), objects, settled: true },
    kept: {
      ...(facts.kept as object),
      releases: [release],
      order: [release],
      settings: { [release]: settings },
      proved: release,
      provedConfig: how,
    },
    serving: { ...(facts.serving as object), release, config: how, url: 'http://localhost:5101', port: 5101 },
  } as unknown as Facts;
};

describe('what is looked at before a change', () => {
  test('nothing that costs anything, until it is known that something would change', () => {
    for (const name of ['deploy', 'rollback', 'validate', 'destroy'] as const)
      expect(factsFor(change(name), config).filter(fact => LOOKED.includes(fact))).toEqual([]);
  });

  test('a first deploy demands, and a no-op does not', () => {
    expect(demanded(first)).toBeDefined();
    expect(demanded(deployed())).toBeUndefined();
  });

  test('validate always does', () => {
    expect(demanded(deployed(), 'validate')).toBeDefined();
  });

  test('destroy, which is there to get out, does not', () => {
    expect(demanded(deployed(), 'destroy')).toBeUndefined();
  });

  test('a cluster that does not answer is not asked', () => {
    const problem = { code: 'cluster-unreachable', message: 'No Kubernetes cluster answers' };
    expect(demanded({ ...first, cluster: { context: 'c', server: '', version: '', problem } })).toBeUndefined();
    const other = configOf('kubernetes: { contexts: [other] }');
    expect(demanded(first, 'deploy', other)).toBeUndefined();
  });

  test('whoever may not even look is told of everything', () => {
    const denied = { ...deployed(), live: { ...(deployed().live as object), denied: ['list secrets'] } } as Facts;
    expect(demanded(denied)).toBeDefined();
  });

  test('what else stands in the way does not hide it', () => {
    const facts = { ...first, kept: { ...(first.kept as object), missing: ['TOKEN'] } } as Facts;
    expect(demanded(facts)).toBeDefined();
  });

  test('other targets demand nothing', () => {
    const docker = configOf('', '{}', 'docker');
    expect(demanded(clusterFacts, 'deploy', docker)).toBeUndefined();
  });

  test('the facts that the checks name, and none that is known', () => {
    const named = new Set(factsOfDemand(change('deploy'), { config, facts: first, options: {} }));
    expect([...named].sort()).toEqual(LOOKED.slice(1).sort());
  });
});

describe('a plan', () => {
  const planned = (facts: Facts) => decide(change('deploy'), 'deploy', { config, facts, options: {} });

  test('counts the checks that could look', () => {
    const [few, all] = [planned(deployed()).checks, planned({ ...clusterFacts, stored: 'sha256:01' }).checks];
    const onlyForChanges = checksFor([]).filter(
      ({ scope, targets }) => scope === 'change' && targets?.includes('kubernetes'),
    );
    expect(all - few).toBe(onlyForChanges.length);
    expect(onlyForChanges.length).toBeGreaterThan(5);
  });

  test('tells all that stands in the way, whichever check has found it, and nothing twice', () => {
    const facts = {
      ...clusterFacts,
      kept: { ...(clusterFacts.kept as object), missing: ['TOKEN'] },
      live: { ...(clusterFacts.live as object), denied: ['list secrets'] },
      access: { missing: [{ verb: 'list', group: '', resource: 'secrets' }], user: 'mira' },
      served: { missing: [{ apiVersion: 'policy/v1', kind: 'PodDisruptionBudget' }], metrics: true },
    } as unknown as Facts;
    expect(planned(facts).problems.map(({ code }) => code)).toEqual([
      'missing-secret',
      'no-permission',
      'cluster-refused',
    ]);
    const without = { ...facts, access: { missing: [], user: '' } } as Facts;
    expect(planned(without).problems.map(({ message }) => message)).toContain('You may not list secrets in shop');
  });
});

describe('what is demanded', () => {
  const of = (facts: Facts = first, more = '', rest = '{ stateless: true }'): Demand => {
    const wanted = configOf(more, rest);
    return kubernetes.demand?.(wanted, facts) as Demand;
  };
  const rights = (demand: Demand): string[] => demand.rights.map(({ verb, resource }) => `${verb} ${resource}`);

  test('each right once', () => {
    const all = of().rights.map(right => JSON.stringify(right));
    expect(new Set(all).size).toBe(all.length);
  });

  test('by what is done and no more', () => {
    expect(rights(of())).toEqual(
      expect.arrayContaining(['create deployments', 'watch deployments', 'list statefulsets']),
    );
    for (const not of [
      'create statefulsets',
      'delete pods',
      'delete persistentvolumeclaims',
      'get pods/exec',
      'update secrets',
      'create secrets',
    ])
      expect(rights(of())).not.toContain(not);
    expect(rights(of(first, '', '{ stateless: false }'))).toEqual(
      expect.arrayContaining(['create statefulsets', 'delete pods']),
    );
    expect(rights(of(first, 'kubernetes: { via: helm }'))).toContain('update secrets');
    expect(rights(of({ ...first, namespace: 'none' }))).toContain('create namespaces');
    expect(rights(of())).not.toContain('create namespaces');
  });

  test('a port-forward only where there is no address', () => {
    expect(rights(of())).toContain('get pods/portforward');
    const there = of(
      first,
      'kubernetes: { tls: cert, expose: { type: ingress, host: shop.example.org, class: nginx } }',
    );
    expect(rights(there)).not.toContain('get pods/portforward');
    expect(there).toMatchObject({
      ingress: 'nginx',
      gateway: null,
      certificate: { secret: 'cert', host: 'shop.example.org' },
    });
    expect(rights(there)).toContain('create ingresses');
  });

  test('what is pruned has to be deleted', () => {
    const before = deployed(configOf('kubernetes: { expose: { type: ingress } }'));
    expect(rights(of(before))).toEqual(expect.arrayContaining(['delete ingresses', 'get ingresses']));
    expect(rights(of(before))).not.toContain('create ingresses');
  });

  test('of a quota: all at first, one pod besides in a rolling update, nothing when nothing runs anew', () => {
    expect(of().more).toMatchObject({ pods: 2, 'requests.cpu': 0.2, 'limits.memory': 2 ** 29, services: 1 });
    const changed = { ...deployed(), image: { ...(first.image as object), tag: 'another00000' } } as Facts;
    expect(of(changed).more).toMatchObject({ pods: 1, 'count/replicasets.apps': 1 });
    expect(of(changed).more['requests.cpu']).toBeCloseTo(0.1);
    expect(of(changed).more).not.toHaveProperty('services');
    expect(of(deployed()).more).toEqual({});
    const larger = of(changed, 'kubernetes: { cpu: 300m }').more['requests.cpu'];
    // Two of 300m and one of 100m, where two of 100m are.
    expect(larger).toBeCloseTo(0.5);
    const before = deployed(configOf('kubernetes: { cpu: 300m }'));
    const smaller = { ...before, image: { ...(first.image as object), tag: 'another00000' } } as Facts;
    // One of 100m beside two of 300m.
    expect(of(smaller).more['requests.cpu']).toBeCloseTo(0.1);
    expect(of(deployed(), 'kubernetes: { replicas: { min: 4 } }').more).toMatchObject({ pods: 2 });
  });

  test('of a quota, by one that keeps data: its volumes at first, and no second pod', () => {
    const stateful = '{ stateless: false, volumes: { cache: /cache } }';
    const small = 'kubernetes: { storage: { size: 2Gi, class: fast } }';
    expect(of(first, small, stateful)).toMatchObject({
      volume: { class: 'fast', size: 2 ** 31 },
      more: {
        pods: 1,
        persistentvolumeclaims: 2,
        'requests.storage': 2 ** 32,
        'fast.storageclass.storage.k8s.io/requests.storage': 2 ** 32,
      },
    });
    const claim = (name: string) => ({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name } });
    const before = deployed(configOf(small, stateful));
    const live = before.live as unknown as { objects: KubeObject[] };
    const objects = [...live.objects, claim('data-shop-0'), claim('volume-cache-shop-0')];
    const after = { ...before, live: { ...live, objects }, image: { ...(first.image as object), tag: 'another00000' } };
    const next = of(after as unknown as Facts, small, stateful);
    expect(next.volume).toBeNull();
    expect(next.more).toEqual({});
  });

  test('the image as it will be pulled, and what is yet to be built as what it is built for', () => {
    expect(of()).toMatchObject({ image: 'r.example.org/shop@sha256:01', platform: 'linux/amd64' });
    expect(of({ ...first, stored: '' }).image).toBe('');
  });
});

describe('the login of the registry', () => {
  const locked = configOf('registry: { username: ci, password: REGISTRY_PASSWORD }');
  const known = { ...first, login: 'd1gest' };

  test('is a Secret by names, that pods pull with', () => {
    const { settings } = kubernetes.deploy(locked, known, { acceptDataLoss: false });
    const objects = settings?.objects as unknown as KubeObject[];
    expect(objects[0]).toMatchObject({
      kind: 'Secret',
      type: 'kubernetes.io/dockerconfigjson',
      metadata: { name: 'shop-registry' },
      stringData: {
        '.dockerconfigjson': {
          $dockerConfig: { host: 'r.example.org', username: 'ci', password: { $secret: 'REGISTRY_PASSWORD' } },
        },
      },
    });
    const deployment = objects.find(({ kind }) => kind === 'Deployment');
    expect(JSON.stringify(deployment)).toContain('"imagePullSecrets":[{"name":"shop-registry"}]');
  });

  test('is applied anew when the password is another, and the pods stay', () => {
    const before = deployed(locked, known);
    expect(kubernetes.deploy(locked, before, { acceptDataLoss: false }).steps).toEqual([]);
    const { steps } = kubernetes.deploy(locked, { ...before, login: 'an0ther' }, { acceptDataLoss: false });
    const apply = steps.find(({ id }) => id === 'apply');
    expect(apply?.changes.map(({ what }) => what)).toEqual(['Secret/shop-registry']);
  });

  test('goes along on the way back', () => {
    const before = deployed(locked, known);
    const [release = ''] = (before.kept as unknown as { order: string[] }).order;
    const { settings } = kubernetes.rollback(
      locked,
      { ...before, login: 'an0ther' },
      { release, acceptDataLoss: false },
    );
    const objects = settings?.objects as unknown as KubeObject[];
    expect(objects.filter(({ kind }) => kind === 'Secret')).toHaveLength(1);
  });
});
