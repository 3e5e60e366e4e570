import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { entriesFor, kubeconfigOf } from '../../../src/clients/kube/kubeconfig.ts';
import { mergeKubeconfig } from '../../../src/clients/kube/merge.ts';
import type { GkeServer } from '../../../src/core/google.ts';
import { BytechatError } from '../../../src/core/problem.ts';

const at: GkeServer = {
  project: 'my-project',
  location: 'us-central1',
  cluster: 'bytechat',
  server: 'https://203.0.113.7',
  ca: 'bm90IGEgY2VydGlmaWNhdGU=',
};
const name = 'gke_my-project_us-central1_bytechat';
const entries = entriesFor(at, { command: 'bytechat', args: ['gke', 'token'] });
const merged = (text: string, use = true, its = entries): string =>
  mergeKubeconfig(text, { entries: its, use, file: '~/.kube/config' });

interface Written {
  readonly clusters: readonly { readonly name: string }[];
  readonly users: readonly { readonly name: string }[];
  readonly contexts: readonly { readonly name: string }[];
  readonly [key: string]: unknown;
}

const LISTS = ['clusters', 'users', 'contexts'] as const;

const own = {
  exec: {
    apiVersion: 'client.authentication.k8s.io/v1',
    command: 'bytechat',
    args: ['gke', 'token'],
    interactiveMode: 'Never',
    provideClusterInfo: false,
    installHint: 'npm install --global bytechat',
  },
};

describe('a kubeconfig', () => {
  test.for(['', '\n', '# mine\n', 'clusters: null\nusers: []\n'])('that says nothing gets all of it: %j', text => {
    expect(parse(merged(text))).toEqual({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name, cluster: { server: at.server, 'certificate-authority-data': at.ca } }],
      users: [{ name, user: own }],
      contexts: [{ name, context: { cluster: name, user: name } }],
      'current-context': name,
    });
  });

  test('has no authority for a name with a public certificate', () => {
    const { clusters } = entriesFor({ ...at, server: 'https://x.gke.goog', ca: '' }, { command: 'bytechat', args: [] });
    expect(clusters).toEqual({ name, cluster: { server: 'https://x.gke.goog' } });
  });

  test('of its own holds the same, and nothing that is secret', () => {
    expect(parse(kubeconfigOf(entries))).toEqual(parse(merged('')));
  });

  const mine = `# for the office
apiVersion: v1
kind: Config
preferences: {}
current-context: "office" # not home
clusters:
- cluster:
    server: https://10.0.0.1
  name: office
users:
- name: office
  user:
    # changed on Mondays
    token: 'sekret'
contexts:
- context:
    cluster: office
    user: office
  name: office
`;

  test('keeps its comments, its quotes and its order', () => {
    const text = merged(mine, false);
    for (const line of mine.split('\n')) expect(text).toContain(line);
    expect(parse(text)['current-context']).toBe('office');
  });

  test('is not written again when it says so already', () => {
    const text = merged(mine);
    expect(parse(text)['current-context']).toBe(name);
    expect(merged(text)).toBe(text);
    expect(merged(`${text}# more\n`, false)).toBe(`${text}# more\n`);
  });

  test('follows a cluster that was made anew', () => {
    const moved = entriesFor({ ...at, server: 'https://203.0.113.8' }, { command: 'bytechat', args: ['gke', 'token'] });
    const { clusters, users } = parse(merged(merged(mine), true, moved)) as Written;
    expect(clusters.map(each => each.name)).toEqual(['office', name]);
    expect(clusters[1]).toEqual(moved.clusters);
    expect(users).toHaveLength(2);
  });

  test.for(['- a\n- b\n', 'a: [', 'just words'])('that is none is left alone: %j', text => {
    expect(() => merged(text)).toThrow(BytechatError);
  });

  test('keeps whatever was there', () => {
    const names = fc.string({ minLength: 1, maxLength: 12 });
    const value = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null));
    const entry = fc.record({ name: fc.oneof(names, fc.constant(name)), more: fc.dictionary(names, value) });
    const list = fc.oneof(fc.constant(null), fc.uniqueArray(entry, { selector: each => each.name, maxLength: 4 }));
    const config = fc.record(
      { preferences: fc.dictionary(names, value), clusters: list, users: list, contexts: list, 'x-more': fc.json() },
      { requiredKeys: [] },
    );
    const writers = [
      JSON.stringify,
      (before: object) => stringify(before),
      (before: object) => stringify(before, { indentSeq: false }),
    ];
    fc.assert(
      fc.property(config, fc.constantFrom(...writers), fc.boolean(), (before, write, use) => {
        const text = write(before);
        const after = parse(merged(text, use)) as Written;
        for (const key of LISTS) {
          const others = (before[key] ?? []).filter(each => each.name !== name);
          expect(after[key].filter(each => each.name !== name)).toEqual(others);
          expect(after[key].filter(each => each.name === name)).toEqual([entries[key]]);
        }
        expect(after.preferences).toEqual(before.preferences);
        expect(after['x-more']).toEqual(before['x-more']);
        expect(merged(merged(text, use), use)).toBe(merged(text, use));
      }),
    );
  });
});
