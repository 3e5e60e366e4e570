import * as grpc from '@grpc/grpc-js';
import { artifactRegistry } from './artifacts.ts';
import { container } from './container.ts';
import { served } from './faults.ts';
import type { Part } from './http.ts';
import { services } from './protos.ts';
import { grpcError, Refusal, refuse } from './refusal.ts';
import type { Registry } from './registry.ts';
import type { Tokens } from './tokens.ts';
import type { World } from './world.ts';

type Handlers = Readonly<Record<string, (request: never) => object | Promise<object>>>;

interface Guarded {
  readonly world: World;
  readonly tokens: Tokens;
  /** How their names are written down, where two services have one of the same. */
  readonly nameOf?: (method: string) => string;
}

const unary = (
  handlers: Handlers,
  { world, tokens, nameOf = name => name }: Guarded,
): grpc.UntypedServiceImplementation =>
  Object.fromEntries(
    Object.entries(handlers).map(([name, handle]) => {
      const method = nameOf(name);
      const answer: grpc.handleUnaryCall<object, object> = async ({ request, metadata }, reply) => {
        try {
          const found = await served(world, { method, request }, () => {
            if (!tokens.isGood(String(metadata.get('authorization')[0])))
              refuse('UNAUTHENTICATED', 'Request had invalid authentication credentials.');
            return handle(request as never);
          });
          reply(null, found);
        } catch (error) {
          reply(error instanceof Refusal ? grpcError(error.refused) : (error as Error));
        }
      };
      return [name, answer];
    }),
  );

/** Container and Artifact Registry on one port, without TLS. */
export const grpcServer = async (
  world: World,
  tokens: Tokens,
  { registry, port = 0 }: { readonly registry: Registry | undefined; readonly port?: number },
): Promise<Part> => {
  const gke = container(world);
  const artifacts = artifactRegistry(world, registry);
  let server: grpc.Server;
  const start = async (at: number): Promise<number> => {
    server = new grpc.Server();
    server.addService(services.container, unary(gke as never, { world, tokens }));
    server.addService(services.artifacts, unary(artifacts.service, { world, tokens }));
    const nameOf = (): string => 'getLongRunningOperation';
    server.addService(services.operations, unary(artifacts.operations, { world, tokens, nameOf }));
    return new Promise((resolve, reject) =>
      server.bindAsync(`127.0.0.1:${at}`, grpc.ServerCredentials.createInsecure(), (error, bound) =>
        error ? reject(error) : resolve(bound),
      ),
    );
  };
  const bound = await start(port);
  return {
    port: bound,
    start: async () => void (await start(bound)),
    stop: async () => server.forceShutdown(),
  };
};
