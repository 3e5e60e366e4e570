import type { CallOptions } from '../../core/runner.ts';
import { asked } from './ask.ts';
import { grpcStandIn } from './endpoint.ts';
import { CALL, type Patience, type Timing } from './patience.ts';
import { authClient } from './token.ts';

/** In ms: the SDK's own limits are from 20 s to 60 s. */
const TIMEOUT_MS = 30_000;

/**
 * What one call of an SDK gets. The SDK tries nothing again by itself, because it would do so in silence, and for as long
 * as it likes: we do, and say so.
 */
const optionsFor = (token: string, signal: AbortSignal | undefined) => ({
  timeout: TIMEOUT_MS,
  retry: { retryCodes: [] },
  ...(signal && { signal }),
  // Without TLS the SDK sends no token. A stand-in may want to see it.
  ...(grpcStandIn() && { otherArgs: { headers: { authorization: `Bearer ${token}` } } }),
});

export type SdkOptions = ReturnType<typeof optionsFor>;

/** One call of an SDK: its answer is the first of what it resolves to. */
export const askSdk = <Answer>(
  doing: string,
  work: (options: SdkOptions) => Promise<readonly [Answer, ...unknown[]]>,
  patience: Patience,
): Promise<Answer> =>
  asked(
    doing,
    async token => {
      const [answer] = await work(optionsFor(token, patience.signal));
      return answer;
    },
    patience,
  );

/** After the server was away, it is looked for that often, in ms; by itself gRPC would wait for up to two minutes. */
const RECONNECT = { 'grpc.initial_reconnect_backoff_ms': 500, 'grpc.max_reconnect_backoff_ms': 5000 };

/** What an SDK's client is made with. */
export const sdkOptions = async (project: string) => {
  const standIn = grpcStandIn();
  if (!standIn) return { projectId: project, authClient: await payingFor(project), ...RECONNECT };
  const [{ grpc }, { PassThroughClient }] = await Promise.all([import('./gax.ts'), import('./auth-library.ts')]);
  return {
    projectId: project,
    apiEndpoint: standIn.host,
    port: standIn.port,
    sslCreds: grpc.credentials.createInsecure(),
    authClient: new PassThroughClient(),
    ...RECONNECT,
  };
};

/** A person's requests count against the project. */
const payingFor = async (project: string) => {
  const client = await authClient();
  const { UserRefreshClient } = await import('./auth-library.ts');
  if (client instanceof UserRefreshClient) client.quotaProjectId ??= project;
  return client;
};

/** One client of an SDK for each project and stand-in, made when it is used, so that its connection is used again. */
export const oncePerProject = <Client>(make: (project: string) => Promise<Client>) => {
  const made = new Map<string, Promise<Client>>();
  return (project: string): Promise<Client> => {
    const { host = '', port = 0 } = grpcStandIn() ?? {};
    const key = `${project} ${host}:${port}`;
    const known = made.get(key) ?? make(project);
    made.set(key, known);
    known.catch(() => made.delete(key));
    return known;
  };
};

/** Enums are names in plain answers, and numbers in those of long-running operations. `names`: by their numbers. */
export const enumName = (value: unknown, names: readonly string[]): string =>
  typeof value === 'number' ? (names[value] ?? '') : String(value ?? '');

/** One call: the SDK's client, and what it is called with. Its answer is the first of what it resolves to. */
export type Work<Client, Answer> = (client: Client, options: SdkOptions) => Promise<readonly [Answer, ...unknown[]]>;

/** One API in one project. */
export interface Session<Client> {
  readonly project: string;
  readonly options: CallOptions;
  readonly timing: Timing;
  /** `doing` goes on after `Google does not let you`. `pauses`: how long it is tried for; a minute by default. */
  ask<Answer>(doing: string, work: Work<Client, Answer>, pauses?: readonly number[]): Promise<Answer>;
}

/** Opens sessions of an API, each client made when it is used. */
export const sessionsOf = <Client>(api: string, make: (project: string) => Promise<Client>) => {
  const clientFor = oncePerProject(make);
  return (project: string, options: CallOptions, timing: Timing): Session<Client> => ({
    project,
    options,
    timing,
    ask: (doing, work, pauses = CALL) => {
      const { signal, onLine } = options;
      const patience = { project, api, pauses, timing, signal, onLine };
      return askSdk(doing, async sdk => work(await clientFor(project), sdk), patience);
    },
  });
};
