import { describe, expect, test } from 'vitest';
import { checksFor } from '../../src/checks/index.ts';
import type { Config } from '../../src/config/config.ts';
import type { Facts } from '../../src/core/fact.ts';
import type { Mention } from '../../src/core/facts/readme.ts';
import type { Problem } from '../../src/core/problem.ts';
import { clusterFacts } from '../support/cluster-facts.ts';
import { configFrom, freshFacts } from '../support/config.ts';

const checks = checksFor(['deploy', 'plan', 'help']);
const app = configFrom('app: { name: demo, files: site, command: [./serve], port: 5101-5105, secrets: [TOKEN] }');
const facts: Facts = {
  ...clusterFacts,
  readme: [],
  'terraform findings': [],
  playbooks: { files: [], problems: [], read: true },
};

/** What one check finds, and nothing of the others. */
const found = (id: string, more: Facts, config: Config = app): readonly Problem[] => {
  const check = checks.find(each => each.id === id);
  if (!check) throw new Error(`there is no check ${id}`);
  return check.examine(config, { ...facts, ...more });
};

describe('every check', () => {
  test.for(checks)('$id finds nothing on a good machine, and looks at no more than it says', check => {
    const looked = new Set<string>();
    const watched = new Proxy(facts, {
      get: (target, name) => {
        looked.add(String(name));
        return Reflect.get(target, name);
      },
    });
    expect(check.examine(app, watched)).toEqual([]);
    for (const name of looked) expect(check.facts).toContain(name);
    expect(check.title).toMatch(/^[A-Z].*[^.]$/);
  });

  test('has a name of its own', () => {
    expect(new Set(checks.map(({ id }) => id)).size).toBe(checks.length);
  });
});

describe('node', () => {
  const nodeOf = (node: string): Facts => ({ machine: { ...freshFacts.machine, node } });

  test.for(['22.19.0', '22.20.1', '23.0.0', '24.21.0', '100.0.0'])('%s will do', node => {
    expect(found('node', nodeOf(node))).toEqual([]);
  });

  test.for(['22.18.9', '20.99.0', '9.0.0'])('%s is too old', node => {
    expect(found('node', nodeOf(node))).toMatchObject([
      { code: 'node-too-old', message: `Node.js ${node} is older than 22.19` },
    ]);
  });
});

describe('disk', () => {
  test('half a gigabyte is enough, less is not', () => {
    expect(found('disk', { disk: { free: 500e6, writable: true } })).toEqual([]);
    expect(found('disk', { disk: { free: 499.9e6, writable: true } })).toMatchObject([
      { code: 'disk-full', message: expect.stringContaining('499 MB are free where /project/.bytechat lies') },
    ]);
  });

  test('where releases are images, records alone need room', () => {
    const disk = (free: number) => ({ disk: { free, writable: true } });
    expect(found('disk', disk(50e6), { ...app, target: 'docker' })).toEqual([]);
    expect(found('disk', disk(49e6), { ...app, target: 'docker' })).toMatchObject([{ code: 'disk-full' }]);
  });
});

describe('writable', () => {
  test('a state folder of somebody else is named with its fix', () => {
    expect(found('writable', { disk: { free: 38e9, writable: false } })).toMatchObject([
      {
        code: 'no-permission',
        message: 'mira may not write /project/.bytechat',
        fix: 'sudo chown -R mira /project/.bytechat, or deploy as its owner',
      },
    ]);
  });
});

describe('ports', () => {
  const taken = { ports: { free: 0, taken: 5 } };
  const servingOn = (port: number) => ({ ...taken, serving: { ...freshFacts.serving, port } });

  test('all taken by strangers is a problem', () => {
    expect(found('ports', taken)).toMatchObject([
      { code: 'ports-taken', message: 'All ports from 5101 to 5105 on 127.0.0.1 are taken' },
    ]);
  });

  test('one port has its own words', () => {
    const one = configFrom('app: { name: demo, files: site, command: [./serve], port: 5101 }');
    expect(found('ports', taken, one)).toMatchObject([{ message: 'Port 5101 on 127.0.0.1 is taken' }]);
  });

  test('taken by ourselves is none, outside the range is', () => {
    expect(found('ports', servingOn(5101))).toEqual([]);
    expect(found('ports', servingOn(5105))).toEqual([]);
    expect(found('ports', servingOn(5106))).toHaveLength(1);
  });
});

describe('inputs', () => {
  const missing = (path: string) => ({ source: { ...freshFacts.source, missing: [path] } });

  test.for([
    [app, '/project/site', { code: 'missing-file', message: 'site is not there, and app.files needs it' }],
    [
      configFrom('app: { name: demo, build: { command: [make], inputs: [src], output: out }, command: [./serve] }'),
      '/project/src',
      {
        code: 'missing-file',
        message: 'src is not there, and app.build.inputs needs it',
        where: { file: 'bytechat.yaml' },
      },
    ],
    [
      configFrom(''),
      '/opt/bytechat/dist/chat-app',
      { code: 'not-built', fix: 'npm ci', message: expect.stringContaining('and the chat needs it') },
    ],
  ] as const)('%#', ([config, path, problem]) => {
    expect(found('inputs', missing(path), config)).toMatchObject([problem]);
  });
});

describe('programs', () => {
  test('that are not there are named with the key that runs them', () => {
    const programs = [
      { key: 'app.command', word: 'python3', file: '/usr/bin/python3' },
      { key: 'app.health.0.exec', word: 'gone', file: '' },
    ];
    expect(found('programs', { programs })).toMatchObject([
      { code: 'tool-missing', message: 'gone is not installed, and app.health.0.exec runs it' },
    ]);
  });
});

describe('secrets', () => {
  test('that are not set are each named', () => {
    const kept = { ...freshFacts.kept, missing: ['TOKEN', 'KEY'] };
    expect(found('secrets', { kept }).map(({ code, message }) => `${code}: ${message}`)).toEqual([
      'missing-secret: The secret TOKEN is not set',
      'missing-secret: The secret KEY is not set',
    ]);
  });
});

describe('readme', () => {
  const mention = (kind: Mention['kind'], text: string, exists: boolean): Mention => ({
    file: '/project/README.md',
    line: 3,
    column: 5,
    kind,
    text,
    exists,
    excerpt: `See ${text}`,
  });

  test.for<[Mention, object | undefined]>([
    [mention('link', 'docs/a.md', true), undefined],
    [mention('link', 'docs/a.md', false), { code: 'broken-link', message: 'docs/a.md is linked and not there' }],
    [mention('script', 'build', true), undefined],
    [
      mention('script', 'bild', false),
      { code: 'broken-link', message: 'npm run bild is named and not in package.json' },
    ],
    [mention('command', 'deploy', true), undefined],
    [mention('command', 'deplio', true), { code: 'unknown-command', message: 'There is no bytechat deplio' }],
  ])('%j', ([said, problem]) => {
    expect(found('readme', { readme: [said] })).toMatchObject(problem ? [problem] : []);
  });

  test('has the place, with the words at fault marked', () => {
    expect(found('readme', { readme: [mention('link', 'gone.md', false)] })[0]?.where).toEqual({
      file: '/project/README.md',
      line: 3,
      column: 5,
      length: 7,
      excerpt: [{ line: 3, text: 'See gone.md' }],
    });
  });

  test('is not looked at before a deploy', () => {
    expect(checks.filter(({ scope }) => scope === 'project').map(({ id }) => id)).toEqual([
      'terraform',
      'playbooks',
      'readme',
    ]);
  });
});

describe('playbooks', () => {
  const files = ['a.yml', 'b.yml'];

  test('that cannot be understood are what Ansible says of them', () => {
    const problem = { code: 'playbook-syntax', message: 'no' };
    expect(found('playbooks', { playbooks: { files, problems: [problem], read: true } })).toEqual([problem]);
  });

  test('without an Ansible are a warning: nothing else depends on it', () => {
    expect(found('playbooks', { playbooks: { files, problems: [], read: false } })).toMatchObject([
      { code: 'tool-missing', level: 'warning', message: expect.stringMatching(/^a\.yml, b\.yml are not checked/) },
    ]);
  });
});

describe('docker', () => {
  const dockerOf = (more: object): Facts => ({ docker: { ...freshFacts.docker, ...more } });
  const imageOf = (more: object): Facts => ({ image: { ...freshFacts.image, ...more } });

  test.for<[string, object, string, string]>([
    ['no client', { client: '', server: '' }, 'tool-missing', 'docker is not installed'],
    ['no daemon', { server: '', said: 'Cannot connect' }, 'docker-down', 'No Docker daemon answers'],
    [
      'no right',
      { server: '', said: 'permission denied while trying' },
      'no-permission',
      'Docker may not be used by you',
    ],
    ['an old daemon', { server: '19.3.1' }, 'docker-down', 'Docker 19.3.1 is older than 20.10'],
  ])('%s', ([, more, code, message]) => {
    expect(found('docker', dockerOf(more))).toMatchObject([{ code, message }]);
  });

  test('buildx is wanted by whoever builds', () => {
    const without = dockerOf({ buildx: false });
    expect(found('buildx', without)).toMatchObject([{ code: 'buildx-missing' }]);
    const built = { containers: { ...freshFacts.containers, doorBuilt: true } };
    for (const there of [{ here: true }, { there: true }]) {
      expect(found('buildx', { ...without, ...imageOf(there), ...built })).toEqual([]);
      expect(found('buildx', { ...without, ...imageOf(there) })).toMatchObject([{ code: 'buildx-missing' }]);
    }
    expect(found('buildx', dockerOf({ buildx: false, server: '' }))).toEqual([]);
  });

  test('a Dockerfile that is not there, and what changes by itself', () => {
    const missing = found('image', imageOf({ missing: ['/project/Dockerfile'] }));
    expect(missing).toMatchObject([
      { code: 'missing-file', message: 'Dockerfile is not there, and the image needs it' },
    ]);
    expect(found('restless', imageOf({ restless: ['.bytechat', '.git'] }))).toMatchObject([
      { code: 'invalid-value', fix: 'echo .bytechat >> .dockerignore' },
      { level: 'warning', fix: 'echo .git >> .dockerignore' },
    ]);
  });

  test('containers that nobody knows of are not taken for none', () => {
    const containers = { ...freshFacts.containers, known: false } as never;
    expect(found('containers', { containers })).toMatchObject([{ code: 'docker-down' }]);
    const docker = { ...freshFacts.docker, server: '' } as never;
    expect(found('containers', { containers, docker })).toEqual([]);
  });

  test("another project's container of that name", () => {
    const containers = { ...freshFacts.containers, taken: ['bytechat-demo'] } as never;
    expect(found('names', { containers })).toMatchObject([{ code: 'name-taken' }]);
  });
});

describe('on Kubernetes', () => {
  const clusterOf = (more: object) => ({ cluster: { ...freshFacts.cluster, ...more } as never });
  const liveOf = (more: object) => ({ live: { ...freshFacts.live, ...more } as never });
  const inCluster = (text: string) => configFrom(`target: kubernetes\n${text}`);

  test('a cluster that does not answer is told in its own words', () => {
    const problem = { code: 'cluster-unreachable', message: 'No Kubernetes cluster answers at https://k' };
    expect(found('cluster', clusterOf({ problem }))).toEqual([problem]);
  });

  test.for([
    ['kubernetes: { contexts: [prod, staging] }', []],
    ['kubernetes: { contexts: [staging] }', ['wrong-cluster']],
    ['keep: 3', []],
  ] as const)('the context prod with %s', ([text, codes]) => {
    const config = inCluster(text);
    expect(found('context', {}, config).map(({ code }) => code)).toEqual(codes);
  });

  test('what may not be read is told, each with the question to ask', () => {
    expect(found('readable', liveOf({ denied: ['list secrets'] }))).toMatchObject([
      {
        code: 'no-permission',
        message: expect.stringContaining('You may not list secrets in'),
        fix: expect.stringContaining('can-i list secrets'),
      },
    ]);
  });

  test('a name that is too long, and one that somebody else has', () => {
    const long = inCluster(`app: { name: ${'a'.repeat(40)}, image: {} }`);
    expect(found('object-names', {}, long)).toEqual([]);
    expect(found('object-names', {}, { ...long, environment: 'production-eu' })).toMatchObject([
      { code: 'invalid-value' },
    ]);
    expect(found('object-names', liveOf({ taken: ['Service/shop'] }))).toMatchObject([{ code: 'name-taken' }]);
  });

  test('only an image that its registry does not have needs Docker', () => {
    const down = { docker: { ...freshFacts.docker, server: '', said: 'Cannot connect' } as never };
    expect(found('image-tools', down)).toMatchObject([{ code: 'docker-down' }]);
    expect(found('image-tools', { ...down, stored: 'sha256:ab' })).toEqual([]);
    expect(found('image-tools', { docker: { ...freshFacts.docker, buildx: false } as never })).toMatchObject([
      { code: 'buildx-missing' },
    ]);
  });

  test.for([
    ['expose: { type: loadBalancer }', 0],
    ['expose: { type: loadBalancer, host: a.example.org }, tls: cert', 0],
    ['tls: cert', 1],
    ['expose: { type: loadBalancer }, tls: cert', 1],
    ['expose: { type: ingress }', 1],
    ['expose: { type: gateway }', 2],
    ['expose: { type: gateway, class: c, host: a.example.org }', 0],
  ] as const)('%s lacks %i values', ([text, count]) => {
    expect(found('exposure', {}, inCluster(`kubernetes: { ${text} }`))).toHaveLength(count);
  });

  test.for([
    [null, []],
    ['3.22.1', []],
    ['4.2', []],
    ['3.13.9', ['tool-missing']],
    ['', ['tool-missing']],
  ] as const)('Helm %s', ([helmProgram, codes]) => {
    expect(found('helm', { helmProgram }).map(({ code }) => code)).toEqual(codes);
  });
});
