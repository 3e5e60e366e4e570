/** What a forwarder, and whoever only asks for a token, brings along of Google. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { folderWith } from '../support/folder.ts';
import { repository } from '../support/sources.ts';

const urlOf = (file: string): string => pathToFileURL(join(repository, 'src', file)).href;

/** The packages that are loaded when this is run. */
const loadedBy = (script: string, env: NodeJS.ProcessEnv = {}): string[] => {
  const watched = `import { registerHooks } from 'node:module';
    const packages = new Set();
    registerHooks({ load: (url, context, next) => {
      packages.add(url.match(/node_modules\\/((?:@[^/]+\\/)?[^/]+)/)?.[1]);
      return next(url, context);
    } });
    ${script}
    console.log([...packages].filter(Boolean).join());
    process.exit();`;
  const options = { encoding: 'utf8', env: { ...process.env, ...env } } as const;
  return execFileSync(process.execPath, ['--input-type=module', '--eval', watched], options).trim().split(',');
};

const GOOGLE = /^(google-|gaxios|gcp-metadata|@google-cloud|@grpc)/;
const opened = (which: object): string => `
  await import(${JSON.stringify(urlOf('clients/kube/forward/serve.ts'))});
  const { openSession } = await import(${JSON.stringify(urlOf('clients/kube/session.ts'))});
  const session = await openSession(${JSON.stringify(which)});
  await session.options().catch(() => {});`;

const KUBECONFIG = `apiVersion: v1
kind: Config
current-context: a
clusters: [{ name: a, cluster: { server: "https://127.0.0.1:9" } }]
users: [{ name: a, user: {} }]
contexts: [{ name: a, context: { cluster: a, user: a } }]
`;

describe('a forwarder', () => {
  test('loads nothing of Google for a cluster of a kubeconfig', () => {
    const file = join(folderWith({ config: KUBECONFIG }), 'config');
    const loaded = loadedBy(opened({ context: 'a' }), { KUBECONFIG: file });
    expect(loaded).toContain('@kubernetes/client-node');
    expect(loaded.filter(name => GOOGLE.test(name))).toEqual([]);
  });

  test('loads what has tokens for a cluster of Google, and no SDK', () => {
    const gke = { project: 'p', location: 'l', cluster: 'c', server: 'https://127.0.0.1:9', ca: '' };
    const nobody = { GOOGLE_APPLICATION_CREDENTIALS: '/nowhere', GCE_METADATA_HOST: '127.0.0.1:9' };
    const loaded = loadedBy(opened({ gke }), nobody);
    expect(loaded).toContain('google-auth-library');
    expect(loaded.filter(name => /^(@google-cloud|@grpc|google-gax)/.test(name))).toEqual([]);
  });
});

/** Whose code a bundle holds, by the notes that esbuild leaves in it. */
const packagesIn = (file: string): string[] => {
  const text = readFileSync(join(repository, 'dist', file), 'utf8');
  return [
    ...new Set([...text.matchAll(/^\s*\/\/ .*node_modules\/((?:@[^/]+\/)?[^/]+)/gm)].map(([, name = '']) => name)),
  ];
};

test.for(['forwarder.js', 'credentials.js'])('dist/%s holds no SDK', file => {
  expect(packagesIn(file)).toContain('google-auth-library');
  expect(packagesIn(file).filter(name => /^(@google-cloud|@grpc|google-gax)/.test(name))).toEqual([]);
});

test('dist/credentials.js holds nothing of Kubernetes either', () => {
  expect(packagesIn('credentials.js').filter(name => name.startsWith('@kubernetes'))).toEqual([]);
});
