import process from 'node:process';
import type { GoogleAuth } from 'google-auth-library';
import { type Failure, failureOfAnswer, failureOfNetwork } from './failure.ts';
import { GoogleRefusal, noCredentials } from './problems.ts';

export interface AccessToken {
  readonly token: string;
  /** In ms since 1970. */
  readonly expiresAt: number;
}

interface Wish {
  readonly signal?: AbortSignal | undefined;
  /** This one is no longer accepted, whatever its time says. */
  readonly instead?: string;
}

const SCOPE = 'https://www.googleapis.com/auth/cloud-platform';
/** What is assumed of a token that does not say when it ends, in ms: half of what Google's last. */
const UNSAID_MS = 30 * 60_000;

const known = new Map<string, Promise<GoogleAuth>>();

/**
 * Whoever the application default credentials are: a service account, a workload identity, a person, the machine
 * (https://cloud.google.com/docs/authentication/application-default-credentials). A project is always given, because
 * without one the library starts gcloud to ask for it.
 */
export const credentials = (): Promise<GoogleAuth> => {
  const { GOOGLE_APPLICATION_CREDENTIALS, GCE_METADATA_HOST, CLOUDSDK_CONFIG, HOME } = process.env;
  const key = JSON.stringify([GOOGLE_APPLICATION_CREDENTIALS, GCE_METADATA_HOST, CLOUDSDK_CONFIG, HOME]);
  const found = known.get(key) ?? load();
  known.set(key, found);
  return found;
};

const load = async (): Promise<GoogleAuth> => {
  const { GoogleAuth } = await import('./auth-library.ts');
  return new GoogleAuth({ scopes: [SCOPE], projectId: process.env.GOOGLE_CLOUD_PROJECT || 'unsaid' });
};

export type Client = Awaited<ReturnType<GoogleAuth['getClient']>>;

/** The client that shows them; rejects with a Problem where there are none. */
export const authClient = async (): Promise<Client> => {
  const auth = await credentials();
  try {
    return await quietly(() => auth.getClient());
  } catch (error) {
    throw refusalOf(error);
  }
};

const LOOKUP_WARNING = 'MetadataLookupWarning';

/** Whoever looks for the metadata server where there is none may warn on stderr, which is not ours: the Problem says it. */
const quietly = async <Value>(work: () => Promise<Value>): Promise<Value> => {
  if (looking++ === 0) process.emitWarning = unlessOfLookup;
  try {
    return await work();
  } finally {
    if (--looking === 0) process.emitWarning = emitWarning;
  }
};

const { emitWarning } = process;
/** How many look for it now. */
let looking = 0;

const unlessOfLookup = (...said: unknown[]): void => {
  if (!said.includes(LOOKUP_WARNING)) Reflect.apply(emitWarning, process, said);
};

/** A token that lasts for five minutes at least, where its maker gives such; from memory as long as it does. */
export const accessToken = async ({ signal, instead }: Wish = {}): Promise<AccessToken> => {
  const client = await unlessAborted(authClient(), signal);
  if (instead !== undefined && client.credentials.access_token === instead)
    client.setCredentials({ ...client.credentials, expiry_date: 1 });
  const token = await unlessAborted(tokenOf(client), signal);
  return { token, expiresAt: client.credentials.expiry_date ?? Date.now() + UNSAID_MS };
};

const tokenOf = async (client: Client): Promise<string> => {
  try {
    const { token } = await client.getAccessToken();
    if (token) return token;
  } catch (error) {
    throw refusalOf(error);
  }
  throw refusalOf(new Error('whoever gives tokens has given none'));
};

/** The library knows no signals: what it does goes on, and nobody waits for it. */
const unlessAborted = async <Value>(work: Promise<Value>, signal: AbortSignal | undefined): Promise<Value> => {
  if (!signal) return work;
  signal.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const stop = (): void => reject(signal.reason);
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
};

/** Not with the error as its cause: that one may hold what was sent. */
const refusalOf = (error: unknown): GoogleRefusal => {
  const failure = failureOf(error);
  return new GoogleRefusal(noCredentials(failure.message), failure);
};

/** OAuth says `{ error: 'invalid_grant', error_description: … }`, Google's other servers what they always say. */
const failureOf = (error: unknown): Failure => {
  const { status, data } = Object(Reflect.get(Object(error), 'response')) as { status?: number; data?: never };
  if (status !== undefined) {
    const { error: kind, error_description: words } = Object(data) as { error?: unknown; error_description?: string };
    const found = failureOfAnswer(status, data);
    return typeof kind === 'string' ? { ...found, message: words ? `${kind}: ${words}` : kind } : found;
  }
  if (Reflect.get(Object(error), 'code') !== undefined) return failureOfNetwork(error);
  return { status: 'UNAUTHENTICATED', message: messageOf(error), reason: '', details: {} };
};

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
