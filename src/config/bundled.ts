import type { AppFile } from './schema.ts';

/** Where the parts of bytechat lie, and whether they can be built here. */
export interface Package {
  /** The folder of bytechat's own package.json. */
  readonly root: string;
  /** True in a checkout: the sources of the chat are there, and what builds them. */
  readonly hasSources: boolean;
}

/** The chat that comes with bytechat: built from source in a checkout, taken as it is from an installed package. */
export const bundledApp = ({ hasSources }: Pick<Package, 'hasSources'>): AppFile => ({
  name: 'chat-app',
  ...(hasSources
    ? {
        build: {
          command: ['node', 'chat-app/build.ts'],
          inputs: ['chat-app', 'package-lock.json', 'tsconfig.json'],
          output: 'dist/chat-app',
        },
      }
    : { files: 'dist/chat-app' }),
  command: ['node', 'relay.js'],
  image: {
    dockerfile: 'Dockerfile.gcp',
    ...(hasSources
      ? { context: '.', args: { ORIGIN: 'source' } }
      : { context: 'dist/chat-app', args: { ORIGIN: 'bundle' } }),
    secrets: [],
  },
  container: {
    port: 8080,
    data: '/data',
    volumes: {},
    stateless: false,
    writable: false,
    capabilities: [],
    proxyProtocol: true,
  },
  port: { from: 5001, to: 5010 },
  host: '127.0.0.1',
  env: {},
  secrets: [],
  handover: 'standby',
  drain: 20,
  health: [
    { http: '/readyz', timeout: 5 },
    { name: 'encrypted message', exec: ['node', 'probe.js', '{url}'], timeout: 30 },
  ],
});
