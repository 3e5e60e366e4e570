/** What keeps a start short: both plugins leave out of a bundle, or out of its start, what nothing here uses. */
import type { Plugin } from 'esbuild';

/** Some of what these export is made when it is first looked at: fetch for `http`, the streams of the terminal for `process`. */
const LAZY = ['http', 'process'];

/**
 * Imports them without looking at everything they export, as Node does for an `import` of them: 20 ms of each start.
 * What has a getter is then no named export; whoever imports one by name does not build.
 */
export const builtins: Plugin = {
  name: 'builtins',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: new RegExp(`^(node:)?(${LAZY.join('|')})$`) }, ({ path, kind }) =>
      kind === 'require-call' ? undefined : { path: path.replace(/^node:/, ''), namespace: 'builtins' },
    );
    onLoad({ filter: /.*/, namespace: 'builtins' }, ({ path }) => ({ contents: builtinModule(path) }));
  },
};

const builtinModule = (name: string): string =>
  [
    `const own = process.getBuiltinModule('node:${name}');`,
    'export default own;',
    ...plainNames(process.getBuiltinModule(`node:${name}`)).map(key => `export const ${key} = own.${key};`),
  ].join('\n');

const plainNames = (own: object = {}): string[] =>
  Object.entries(Object.getOwnPropertyDescriptors(own))
    .filter(([key, { get }]) => get === undefined && /^[a-z]\w*$/i.test(key))
    .map(([key]) => key);

/** By the last words of their path: what the kubeconfig's reader has for clients of its own, which are never made here. */
const UNUSED: Readonly<Record<string, readonly string[]>> = {
  undici: ['Agent', 'ProxyAgent'],
  'gen/index.js': ['ServerConfiguration', 'createConfiguration'],
};

/** 2 MB of @kubernetes/client-node, and 25 ms: requests to a cluster are sent by `src/clients/kube/session.ts`. */
export const unused: Plugin = {
  name: 'unused',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^undici$|^\.\/gen\/index\.js$/ }, ({ path, importer }) =>
      importer.endsWith('client-node/dist/config.js')
        ? { path: path.replace('./', ''), namespace: 'unused' }
        : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'unused' }, ({ path }) => ({ contents: unusedModule(path) }));
  },
};

const unusedModule = (path: string): string =>
  (UNUSED[path] ?? [])
    .map(name => `export const ${name} = function () { throw new Error('${path} is not in this bundle'); };`)
    .join('\n');
