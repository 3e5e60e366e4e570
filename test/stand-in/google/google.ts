import process from 'node:process';
import { metadataServer } from './metadata.ts';
import { restServer } from './rest.ts';
import { grpcServer } from './rpc.ts';
import { createTokens, type Tokens } from './tokens.ts';
import { createWorld, PROJECT, type ProjectOptions, projectOf, type World, type WorldOptions } from './world.ts';

/** What stands in for Google's servers, and all that may be looked at and turned while it runs. */
export interface Google extends World {
  /** What a process needs, to take it for Google. */
  readonly env: Readonly<Record<string, string>>;
  readonly tokens: Tokens;
  addProject(id: string, options?: ProjectOptions): void;
  /** The APIs are gone: connections are refused. The metadata server stays, as it would on a machine at Google. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  stop(): Promise<void>;
}

export interface GoogleOptions extends WorldOptions {
  /** `127.0.0.1:PORT` of a registry that takes its tokens. Default: BYTECHAT_TEST_REGISTRY. */
  readonly registry?: string;
}

export const startGoogle = async ({
  registry = process.env.BYTECHAT_TEST_REGISTRY,
  ...options
}: GoogleOptions = {}): Promise<Google> => {
  const token = process.env.BYTECHAT_TEST_GKE_TOKEN ?? 'stand-in-token';
  const world = createWorld(options);
  const tokens = createTokens(token);
  const behind = registry === undefined || registry === '' ? undefined : { host: registry, token };
  const rpc = await grpcServer(world, tokens, { registry: behind });
  const rest = await restServer(world, tokens);
  const metadata = await metadataServer(world, tokens);
  const apis = [rpc, rest];
  return Object.assign(world, {
    tokens,
    addProject: (id: string, options: ProjectOptions = {}) =>
      void world.projects.set(id, projectOf(options, world.projects.size)),
    env: {
      BYTECHAT_GCP_ENDPOINT: `127.0.0.1:${rpc.port}`,
      BYTECHAT_GCP_REST_ENDPOINT: `127.0.0.1:${rest.port}`,
      ...(behind && { BYTECHAT_GCP_REGISTRY: behind.host }),
      GCE_METADATA_HOST: `127.0.0.1:${metadata.port}`,
      METADATA_SERVER_DETECTION: 'assume-present',
      GOOGLE_CLOUD_PROJECT: PROJECT,
    },
    pause: async () => void (await Promise.all(apis.map(each => each.stop()))),
    resume: async () => void (await Promise.all(apis.map(each => each.start()))),
    stop: async () => {
      await Promise.all([...apis, metadata].map(each => each.stop()));
      await Promise.all([...world.lenses.values()].map(each => each.close()));
    },
  });
};
