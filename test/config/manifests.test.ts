import { describe, expect, test } from 'vitest';
import { chooseSet, setName } from '../../src/config/kube-set.ts';
import { manifestsIn, pathIn, twice } from '../../src/config/manifests.ts';
import { objectKey } from '../../src/core/kube.ts';
import { configFrom } from '../support/config.ts';

const read = (text: string) => manifestsIn(text, 'k8s/a.yaml');
const objectIn = (text: string) => read(text).written[0]?.object;

const ONE = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: one\n';

describe('the manifests in a file', () => {
  test('are its documents and the items of its lists, each with its place', () => {
    const list = `apiVersion: v1\nkind: List\nitems:\n  - { apiVersion: v1, kind: Secret, metadata: { name: two } }\n  - apiVersion: v1\n    kind: Service\n    metadata: { name: three }\n`;
    const { written, problems } = read(`# first\n---\n${ONE}---\n---\n# nothing\n---\n${list}`);
    expect(problems).toEqual([]);
    expect(written.map(({ object, where }) => [objectKey(object), where])).toEqual([
      ['ConfigMap/one', { file: 'k8s/a.yaml', line: 3, column: 1 }],
      ['Secret/two', { file: 'k8s/a.yaml', line: 14, column: 5 }],
      ['Service/three', { file: 'k8s/a.yaml', line: 15, column: 5 }],
    ]);
    expect(written[2]?.at(['metadata', 'name'])).toMatchObject({ line: 17, column: 17 });
    expect(written[0]?.at(['spec', 'nowhere'])).toMatchObject({ line: 3 });
  });

  test('are read as kubectl reads them', () => {
    const more =
      'data:\n  mode: 0644\n  on: yes\n  day: 2026-11-27\n  clock: 12:30\n  same: &a { x: 1 }\n  other: { <<: *a, y: 2 }\n';
    expect(objectIn(ONE + more)?.data).toEqual({
      mode: 420,
      on: true,
      day: '2026-11-27',
      clock: '12:30',
      same: { x: 1 },
      other: { x: 1, y: 2 },
    });
    expect(
      objectIn('{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p","creationTimestamp":null},"status":{}}'),
    ).toEqual({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'p' },
    });
    const copy = 'kubectl.kubernetes.io/last-applied-configuration';
    const exported = `${ONE}  uid: u1\n  resourceVersion: "4"\n  annotations: { ${copy}: secret, mine: x }\n`;
    expect(objectIn(exported)?.metadata).toEqual({ name: 'one', annotations: { mine: 'x' } });
  });

  test.for<[string, string, object]>([
    ['no YAML', `${ONE}data: [`, { code: 'yaml-syntax', where: { line: 5 } }],
    ['a key twice', `${ONE}kind: Pod\n`, { code: 'duplicate-key', where: { line: 5 } }],
    [
      'no apiVersion',
      'kind: Pod\nmetadata: { name: a }',
      { message: 'An object has no apiVersion', where: { line: 1 } },
    ],
    ['no kind', 'apiVersion: v1\nmetadata: { name: a }', { message: 'An object has no kind', where: { line: 1 } }],
    [
      'no name',
      `${ONE}---\napiVersion: v1\nkind: Pod\nmetadata:\n  generateName: a\n`,
      { code: 'missing-value', message: 'An object has no metadata.name', where: { line: 8, column: 1 } },
    ],
    ['no object', `${ONE}---\n- a\n`, { code: 'invalid-value', where: { line: 6, column: 1 } }],
  ])('%s is a Problem with its place', ([, text, problem]) => {
    expect(read(text).problems).toMatchObject([problem]);
  });

  test('all problems are told at once', () => {
    expect(
      read('kind: Pod\n---\n[\n---\napiVersion: v1\nkind: Pod\nmetadata: { name: a }\n').problems.length,
    ).toBeGreaterThan(2);
  });

  test('an object that is there twice is told with where it was first', () => {
    const { written } = read(`${ONE}---\n${ONE}`);
    expect(twice(written, objectKey)).toMatchObject([
      {
        code: 'duplicate-key',
        message: 'ConfigMap/one is there twice',
        because: expect.stringContaining('line 1'),
        where: { line: 9 },
      },
    ]);
    expect(twice(written.slice(0, 1), objectKey)).toEqual([]);
  });
});

test.for<[string, (string | number)[]]>([
  ['.spec.replicaz', ['spec', 'replicaz']],
  ['.spec.list[name="b"].foo', ['spec', 'list', 1, 'foo']],
  ['spec.list[1].ports[containerPort="8080",protocol="TCP"].x', ['spec', 'list', 1, 'ports', 0, 'x']],
])('the server calls a field %s', ([field, path]) => {
  const list = [{ name: 'a' }, { name: 'b', ports: [{ containerPort: 8080 }] }];
  expect(pathIn(field, { spec: { list } })).toEqual(path);
});

describe('which set is meant', () => {
  const config = configFrom('app: { name: demo, image: {} }\ntarget: kubernetes');

  test.for<[object, string, string | undefined]>([
    [{}, 'demo', undefined],
    [{ name: 'demo' }, 'demo', undefined],
    [{ file: 'k8s' }, 'k8s', '/project/k8s'],
    [{ file: 'a/My Redis.v2.yaml' }, 'my-redis-v2', '/project/a/My Redis.v2.yaml'],
    [{ file: '/x/y.json', name: 'cache' }, 'cache', '/x/y.json'],
    [{ name: 'cache' }, 'cache', undefined],
  ])('%j', ([chosen, name, manifests]) => {
    const found = chooseSet(config, chosen);
    expect([setName(found), found.kubernetes.manifests]).toEqual([name, manifests]);
  });

  test.for([{ file: '...' }, { name: 'Not_this' }, { name: 'x'.repeat(51) }, { file: 'demo.yaml' }])(
    'not %j',
    chosen => {
      expect(() => chooseSet(config, chosen)).toThrow();
    },
  );
});
