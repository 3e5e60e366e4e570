import { describe, expect, test } from 'vitest';
import { checksFor } from '../../src/checks/index.ts';
import type { Config } from '../../src/config/config.ts';
import type { Facts } from '../../src/core/fact.ts';
import type { Demand } from '../../src/core/facts/demand.ts';
import type { Limit, Quota } from '../../src/core/facts/preflight.ts';
import type { Problem } from '../../src/core/problem.ts';
import { clusterFacts, DEMAND } from '../support/cluster-facts.ts';
import { configFrom } from '../support/config.ts';

const yaml = (more = ''): string => `
target: kubernetes
app: { name: shop, image: { repository: r.example.org/shop }, port: 5101-5105 }
kubernetes: { namespace: market }
${more}`;
const config = configFrom(yaml());

const checks = checksFor([]);

/** What one check finds. */
const found = (id: string, more: object, of: Config = config): readonly Problem[] => {
  const check = checks.find(each => each.id === id);
  if (!check) throw new Error(`there is no check ${id}`);
  return check.examine(of, { ...clusterFacts, ...more } as Facts);
};

const demanding = (more: Partial<Demand>) => ({ demand: { ...DEMAND, ...more } });

describe('permissions', () => {
  const missing = [
    { verb: 'create', group: 'apps', resource: 'deployments' },
    { verb: 'patch', group: 'apps', resource: 'deployments' },
    { verb: 'create', group: '', resource: 'configmaps' },
    { verb: 'patch', group: '', resource: 'configmaps' },
    { verb: 'get', group: '', resource: 'pods/log' },
  ];

  test('what is missing is one Problem, with a line for each right and one command that grants them', () => {
    const problems = found('permissions', { access: { missing, user: 'system:serviceaccount:market:ci' } });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({
      code: 'no-permission',
      message: 'system:serviceaccount:market:ci may not do all that a deploy needs in market',
      lines: [
        'create deployments.apps',
        'patch deployments.apps',
        'create configmaps',
        'patch configmaps',
        'get pods/log',
      ],
    });
    const [, command = ''] = problems[0]?.fix?.split('run: ') ?? [];
    expect(command.split(' && ').map(line => line.replaceAll(/deploy-[0-9a-f]{6}/g, 'deploy-x'))).toEqual([
      'kubectl create role shop-deploy-x -n market --verb=create,patch --resource=deployments.apps,configmaps',
      'kubectl create rolebinding shop-deploy-x -n market --role=shop-deploy-x --serviceaccount=market:ci',
      'kubectl create role shop-deploy-x -n market --verb=get --resource=pods/log',
      'kubectl create rolebinding shop-deploy-x -n market --role=shop-deploy-x --serviceaccount=market:ci',
    ]);
    expect(new Set(command.match(/create role [^ ]+/g)).size).toBe(2);
  });

  test('a namespace that may not be made is made by the administrator', () => {
    const everywhere = { verb: 'create', group: '', resource: 'namespaces', everywhere: true };
    const [problem] = found('permissions', { access: { missing: [everywhere], user: 'mira' } });
    expect(problem?.fix).toBe('let an administrator run: kubectl create namespace market');
  });

  test.for([
    ['mira@example.org', "--user='mira@example.org'"],
    ['', '--user="$(kubectl auth whoami -o jsonpath={.status.userInfo.username})"'],
  ])('%s is bound as %s', ([user, words]) => {
    expect(found('permissions', { access: { missing, user } })[0]?.fix).toContain(words);
  });
});

describe('storage', () => {
  const volume = (name: string) => demanding({ volume: { class: name, size: 2 ** 30 } });
  const classes = (...storage: { name: string; isDefault: boolean }[]) => ({
    classes: { storage, ingress: null, gateway: null },
  });
  const fast = { name: 'fast', isDefault: false };

  test('a class that there is, or a default', () => {
    expect(found('storage', volume(''))).toEqual([]);
    expect(found('storage', { ...volume('fast'), ...classes(fast) })).toEqual([]);
  });

  test('no such class, and no default, with those that there are', () => {
    expect(found('storage', { ...volume('slow'), ...classes(fast) })).toMatchObject([
      {
        message: 'There is no StorageClass slow',
        allowed: ['fast'],
        fix: 'set kubernetes.storage.class to fast',
      },
    ]);
    expect(found('storage', { ...volume(''), ...classes(fast) })).toMatchObject([
      { message: 'The cluster has no default StorageClass' },
    ]);
  });

  test('nothing is said of a volume that is there, or where classes may not be listed', () => {
    expect(found('storage', classes())).toEqual([]);
    expect(found('storage', { ...volume('slow'), classes: { storage: null, ingress: null, gateway: null } })).toEqual(
      [],
    );
  });

  test('a size that a LimitRange does not admit', () => {
    const limit: Limit = {
      name: 'sizes',
      type: 'PersistentVolumeClaim',
      min: { storage: 2 ** 31 },
      max: { storage: 2 ** 33 },
      byDefault: {},
    };
    const quota = { quota: { quotas: [], limits: [limit] } };
    expect(found('volume-size', { ...volume(''), ...quota })).toMatchObject([
      {
        code: 'not-admitted',
        message: 'A volume of 1Gi is not admitted',
        fix: 'set kubernetes.storage.size to at least 2Gi',
      },
    ]);
    const large = demanding({ volume: { class: '', size: 2 ** 34 } });
    expect(found('volume-size', { ...large, ...quota })).toMatchObject([
      { fix: expect.stringContaining('at most 8Gi') },
    ]);
  });
});

describe('quota', () => {
  const quotaOf = (hard: object, used: object = {}, limits: readonly Limit[] = []) => ({
    quota: { quotas: [{ name: 'team', hard, used } as Quota], limits },
  });

  test('what fits to the last piece is no problem', () => {
    expect(found('quota', quotaOf({ pods: 5, 'requests.cpu': 0.5 }, { pods: 3, 'requests.cpu': 0.3 }))).toEqual([]);
    const tenths = demanding({ more: { 'requests.cpu': 0.1 + 0.2 } });
    expect(found('quota', { ...tenths, ...quotaOf({ 'requests.cpu': 0.3 }) })).toEqual([]);
  });

  test('what does not is told with what is needed, used and there, in one Problem', () => {
    const quota = quotaOf(
      { pods: 4, 'requests.cpu': 0.5, 'limits.memory': 2 ** 29, services: 1 },
      { pods: 3, 'requests.cpu': 0.4, 'limits.memory': 2 ** 28 * 1.5, services: 1 },
    );
    expect(found('quota', quota)).toMatchObject([
      {
        code: 'not-admitted',
        message: 'The quota team in market has no room for this deploy',
        lines: [
          'pods: 2 more needed, 3 of 4 used',
          'requests.cpu: 200m more needed, 400m of 500m used',
          'limits.memory: 256Mi more needed, 384Mi of 512Mi used',
        ],
      },
    ]);
  });

  test('a quota on limits that the app does not have', () => {
    const cpu = quotaOf({ 'limits.cpu': 4 });
    expect(found('quota', cpu)).toMatchObject([
      { message: 'The quota team in market admits no pod without a limit of cpu' },
    ]);
    const given: Limit = { name: 'usual', type: 'Container', min: {}, max: {}, byDefault: { cpu: 1 } };
    expect(found('quota', quotaOf({ 'limits.cpu': 4 }, {}, [given]))).toEqual([]);
    expect(found('quota', { ...cpu, ...demanding({ more: {} }) })).toEqual([]);
  });

  test('a LimitRange that asks for more or admits less', () => {
    const range = (more: Partial<Limit>) => ({
      quota: { quotas: [], limits: [{ name: 'sane', type: 'Container', min: {}, max: {}, byDefault: {}, ...more }] },
    });
    expect(found('limits', range({ min: { cpu: 0.1 }, max: { memory: 2 ** 27 } }))).toEqual([]);
    expect(found('limits', range({ min: { cpu: 0.2 }, max: { memory: 2 ** 26 } }))).toMatchObject([
      { message: 'A pod with 100m of cpu is not admitted in market', fix: 'set kubernetes.cpu to at least 200m' },
      { message: 'A pod with 128Mi of memory is not admitted in market', fix: 'set kubernetes.memory to at most 64Mi' },
    ]);
  });
});

describe('platforms', () => {
  const platforms = (image: string[], nodes: string[], gone = false) => ({ platforms: { image, nodes, gone } });

  test.for([
    [['linux/amd64'], ['linux/amd64', 'linux/arm64']],
    [['linux/arm64/v8'], ['linux/arm64']],
    [['linux/amd64', 'linux/arm64/v8'], ['linux/arm64']],
    [['linux/arm64'], []],
    [[], ['linux/arm64']],
  ])('%j runs on %j, or nobody knows', ([image, nodes]) => {
    expect(found('platforms', platforms(image as string[], nodes as string[]))).toEqual([]);
  });

  test('an image for another kind of machine', () => {
    expect(found('platforms', platforms(['linux/amd64'], ['linux/arm64']))).toMatchObject([
      {
        message: 'The image is for linux/amd64, and no node is',
        allowed: ['linux/arm64'],
        fix: 'set app.image.platform to linux/arm64',
      },
    ]);
  });

  test('an image that is gone', () => {
    const image = 'r.example.org/shop@sha256:00';
    expect(found('platforms', { ...demanding({ image }), ...platforms([], [], true) })).toMatchObject([
      { code: 'image-pull', message: `${image} is not at its registry any more` },
    ]);
  });
});

describe('classes', () => {
  const classes = (ingress: object[] | null, gateway: object[] | null = null) => ({
    classes: { storage: null, ingress, gateway },
  });
  const nginx = { name: 'nginx', isDefault: false };

  test('of an ingress', () => {
    expect(found('ingress-class', { ...demanding({ ingress: 'nginx' }), ...classes([nginx]) })).toEqual([]);
    expect(
      found('ingress-class', { ...demanding({ ingress: '' }), ...classes([{ ...nginx, isDefault: true }]) }),
    ).toEqual([]);
    expect(found('ingress-class', { ...demanding({ ingress: '' }), ...classes([nginx]) })).toMatchObject([
      { message: 'The cluster has no default IngressClass', fix: 'set kubernetes.expose.class to nginx' },
    ]);
    expect(found('ingress-class', { ...demanding({ ingress: 'kong' }), ...classes([]) })).toMatchObject([
      { message: 'There is no IngressClass kong', fix: expect.stringContaining('install a controller') },
    ]);
    expect(found('ingress-class', { ...demanding({ ingress: 'kong' }), ...classes(null) })).toEqual([]);
  });

  test('of a gateway', () => {
    expect(found('gateway-class', { ...demanding({ gateway: 'envoy' }), ...classes(null, [nginx]) })).toMatchObject([
      { message: 'There is no GatewayClass envoy', allowed: ['nginx'] },
    ]);
    expect(found('gateway-class', { ...demanding({ gateway: 'nginx' }), ...classes(null, [nginx]) })).toEqual([]);
  });
});

describe('tls', () => {
  const good = {
    type: 'kubernetes.io/tls',
    broken: '',
    until: '2030-01-01T00:00:00.000Z',
    expired: false,
    fits: true,
    names: ['shop.example.org'],
  };
  const of = (certificate: object | null) => ({
    ...demanding({ certificate: { secret: 'cert', host: 'shop.example.org' } }),
    certificate,
  });

  test('good, or not to be read', () => {
    expect(found('tls', of(good))).toEqual([]);
    expect(found('tls', of(null))).toEqual([]);
  });

  test.for<[object, string, string]>([
    [{ type: '' }, 'There is no Secret cert in market', 'kubernetes.tls names it'],
    [{ type: 'Opaque' }, 'The Secret cert is of type Opaque', 'kubernetes.tls needs one of kubernetes.io/tls'],
    [{ broken: 'it has no tls.crt' }, 'The Secret cert holds no certificate', 'it has no tls.crt'],
    [{ expired: true }, 'The certificate in cert has expired', 'it was good until 2030-01-01T00:00:00.000Z'],
    [{ fits: false }, 'The certificate in cert is not for shop.example.org', 'it is for shop.example.org'],
  ])('%j', ([more, message, because]) => {
    expect(found('tls', of({ ...good, ...more }))).toMatchObject([{ code: 'invalid-value', message, because }]);
  });
});

describe('served', () => {
  const missing = (apiVersion: string, kind: string) => ({
    served: { missing: [{ apiVersion, kind }], metrics: true },
  });

  test.for([
    ['gateway.networking.k8s.io/v1', 'Gateway', 'install the Gateway API'],
    ['cloud.google.com/v1', 'BackendConfig', 'deploy to a cluster of GKE'],
    ['policy/v1', 'PodDisruptionBudget', 'upgrade the cluster'],
  ] as const)('%s %s', ([version, kind, fix]) => {
    expect(found('served', missing(version, kind))).toMatchObject([
      { message: `The cluster serves no ${kind} of ${version}`, fix: expect.stringContaining(fix) },
    ]);
  });

  test('an autoscaler without metrics is only warned of', () => {
    const deaf = { served: { missing: [], metrics: false } };
    expect(found('metrics', deaf)).toEqual([]);
    expect(found('metrics', { ...deaf, ...demanding({ scales: true }) })).toMatchObject([{ level: 'warning' }]);
    expect(found('metrics', demanding({ scales: true }))).toEqual([]);
  });
});

describe('registry-password', () => {
  const locked = configFrom(yaml('registry: { username: ci, password: REGISTRY_PASSWORD }'));

  test('is wanted where a login is named', () => {
    expect(found('registry-password', { login: '' }, locked)).toMatchObject([
      { code: 'missing-secret', message: 'The secret REGISTRY_PASSWORD is not set' },
    ]);
    expect(found('registry-password', { login: 'a1' }, locked)).toEqual([]);
    expect(found('registry-password', { login: '' })).toEqual([]);
  });
});
