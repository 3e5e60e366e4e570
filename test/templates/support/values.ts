import fc from 'fast-check';
import type { Values } from '../../../src/steps/manifests/values.ts';

/** Values in which the image is known and every secret is what it is, as the chart gets them. */
export type ChartValues = Values & { readonly image: string; readonly secrets: { readonly [name: string]: string } };

export const DIGEST = `sha256:${'0a'.repeat(32)}`;

/** A little shop: its settings, secrets and volumes in one of their many forms. */
export const valuesWith = (changed: Partial<ChartValues> = {}): ChartValues => ({
  name: 'shop',
  namespace: 'market',
  createNamespace: false,
  release: '6d8f6b5e4fa2',
  config: 'b7c01e5e4fa2',
  image: `registry.example.com/shop@${DIGEST}`,
  command: [],
  port: 8080,
  env: { GREETING: 'hello: "world"' },
  configMap: 'shop-1a76fc3b6294',
  secret: 'shop-secret-84168c92df34',
  secrets: { DATABASE_URL: 'postgres://shop:pa55@db/shop' },
  pullSecret: '',
  data: '/data',
  volumes: { pictures: '/pictures', archive: '/archive' },
  stateless: false,
  writable: false,
  capabilities: [],
  replicas: { min: 1, max: 1, now: 1 },
  resources: { cpu: '100m', memory: '128Mi' },
  storage: { size: '1Gi', class: '' },
  health: { path: '/healthz', timeout: 5, within: 60 },
  drain: 20,
  expose: { type: 'none', host: '', class: '' },
  tls: '',
  ...changed,
});

const several = { stateless: true, replicas: { min: 2, max: 5, now: 3 } };
const host = 'shop.example.com';

/** Every kind of object and every branch is in one of them. */
export const SAMPLES: Readonly<Record<string, ChartValues>> = {
  'one with data': valuesWith(),
  'several without': valuesWith({ ...several, pullSecret: 'pull', command: ['node', 'server.js'] }),
  'a fixed number': valuesWith({ stateless: true, replicas: { min: 2, max: 2, now: 2 }, secret: '', secrets: {} }),
  'a namespace of its own': valuesWith({ createNamespace: true, writable: true, capabilities: ['NET_BIND_SERVICE'] }),
  'no health path': valuesWith({ health: { path: '', timeout: 1, within: 600 } }),
  'a balancer with TLS': valuesWith({ expose: { type: 'loadBalancer', host, class: '' }, tls: 'shop-tls' }),
  'an ingress': valuesWith({ ...several, expose: { type: 'ingress', host: '', class: '' } }),
  'an ingress with TLS': valuesWith({ ...several, expose: { type: 'ingress', host, class: 'nginx' }, tls: 'shop-tls' }),
  "Google's ingress": valuesWith({ ...several, expose: { type: 'ingress', host, class: 'gce' } }),
  "Google's ingress with TLS": valuesWith({ expose: { type: 'ingress', host, class: 'gce' }, tls: 'shop-tls' }),
  'a gateway': valuesWith({ ...several, expose: { type: 'gateway', host: '', class: 'envoy' } }),
  "Google's gateway": valuesWith({
    ...several,
    expose: { type: 'gateway', host, class: 'gke-l7-global-external-managed' },
    tls: 'shop-tls',
  }),
  "Google's gateway, no path": valuesWith({
    health: { path: '', timeout: 5, within: 60 },
    expose: { type: 'gateway', host, class: 'gke-l7-rilb' },
  }),
};

const label = fc.stringMatching(/^[a-z][a-z0-9-]{0,20}[a-z0-9]$/);
const hash = fc.stringMatching(/^[0-9a-f]{12}$/);
const variable = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,20}$/);
/** Also words that YAML takes for something else, and characters that it does not take at all. */
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    'yes',
    'null',
    '~',
    '0x1F',
    '1e3',
    '2026-11-27',
    ' leading',
    'two\nlines\n',
    '{{ .Values }}',
    '\u0085\ufeff',
  ),
);
const variables = fc.dictionary(variable, text, { maxKeys: 4 });
const folder = fc.stringMatching(/^\/[a-z][a-zA-Z0-9 ._'"-]{0,20}$/);
const maybe = <Value>(empty: Value, some: fc.Arbitrary<Value>) => fc.oneof(fc.constant(empty), some);
const seconds = fc.integer({ min: 1, max: 3600 });

const exposure = fc.oneof(
  fc.record({ type: fc.constantFrom('none', 'loadBalancer'), host: maybe('', label), class: fc.constant('') }),
  fc.record({ type: fc.constant('ingress'), host: maybe('', label), class: fc.constantFrom('', 'nginx', 'gce') }),
  fc.record({ type: fc.constant('gateway'), host: maybe('', label), class: fc.constantFrom('envoy', 'gke-l7-rilb') }),
) as fc.Arbitrary<Values['expose']>;

/** Anything that bytechat may make of a config. */
export const anyValues: fc.Arbitrary<ChartValues> = fc
  .record({
    name: label,
    namespace: label,
    createNamespace: fc.boolean(),
    release: maybe('', hash),
    config: maybe('', hash),
    command: fc.array(fc.string({ unit: 'binary', minLength: 1 }), { maxLength: 3 }),
    port: fc.integer({ min: 1, max: 65_535 }),
    env: variables,
    configMap: label,
    secrets: variables,
    pullSecret: maybe('', label),
    data: folder,
    volumes: fc.dictionary(label, folder, { maxKeys: 3 }),
    stateless: fc.boolean(),
    writable: fc.boolean(),
    capabilities: fc.uniqueArray(fc.constantFrom('NET_BIND_SERVICE', 'CHOWN')),
    replicas: fc.record({
      min: fc.integer({ min: 1, max: 5 }),
      max: fc.integer({ min: 1, max: 2_000_000 }),
      now: fc.nat(2_000_000),
    }),
    resources: fc.record({
      cpu: fc.constantFrom('1', '250m', '0.5'),
      memory: fc.constantFrom('1Gi', '64Mi', '1000000'),
    }),
    storage: fc.record({ size: fc.constantFrom('1Gi', '500M'), class: maybe('', label) }),
    health: fc.record({ path: maybe('', folder), timeout: seconds, within: seconds }),
    drain: seconds,
    expose: exposure,
    tls: maybe('', label),
  })
  .map(some => valuesWith({ ...some, secret: Object.keys(some.secrets).length === 0 ? '' : 'secret-of-this' }));
