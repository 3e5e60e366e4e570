import { BytechatError, type Problem } from '../../core/problem.ts';
import { addressOf, isLoopback, type Login } from '../../core/repository.ts';
import type { CallOptions } from '../../core/runner.ts';
import { createRedactor, type Redactor } from '../../engine/redact.ts';
import type { Pause } from '../retry.ts';
import { type Challenge, challengeOf } from './challenge.ts';
import { type Credentials, credentialsFor, fromGoogle } from './credentials.ts';
import { type Answer, type Ask, fetchOnce, said } from './fetch.ts';
import { patiently } from './patience.ts';
import { refused } from './problems.ts';
import { lookAt, Trouble } from './trouble.ts';

/** How long a request may take, in ms, and who waits between two tries. */
export interface Timing {
  readonly timeoutMs: number;
  readonly pause: Pause;
}

export interface Request extends Pick<Ask, 'method'> {
  /** From `/v2/` on, or an address of this registry. */
  readonly path: string;
  readonly accept?: string;
  /** The right that it needs: `repository:team/shop:pull`. */
  readonly scope?: string;
  /** What it is for, when it is refused: `read team/shop`. */
  readonly wanted: string;
}

/** Talks to one registry. Logs in when it is asked to, once for each right; tries again what passes. */
export interface Session {
  /** The answer, whatever it is, but neither 401 nor 403: these are thrown as a Problem, as is what does not pass. */
  ask(request: Request): Promise<Answer>;
}

interface Talk extends Timing {
  readonly host: string;
  readonly options: CallOptions;
  readonly redactor: Redactor;
  /** The Authorization header for each right. */
  readonly passes: Map<string, string>;
  readonly credentials: () => Promise<Credentials | undefined>;
}

export interface LoginAt {
  readonly host: string;
  /** Null: what Docker knows, or who we are at Google. `google`: who we are there, whatever Docker knows. */
  readonly login: Login | 'google' | null;
}

export const openSession = ({ host, login }: LoginAt, options: CallOptions, timing: Timing): Session => {
  const redactor = createRedactor();
  let found: Promise<Credentials | undefined> | undefined;
  const credentials = (): Promise<Credentials | undefined> => {
    found ??= (login === 'google' ? fromGoogle(host, options) : credentialsFor(host, login, options)).then(known => {
      if (known) redactor.learn(known.secret);
      return known;
    });
    return found;
  };
  const onLine = options.onLine && ((line: string) => options.onLine?.(redactor.scrub(line)));
  const talk: Talk = { ...timing, host, options: { ...options, onLine }, redactor, passes: new Map(), credentials };
  return { ask: request => askPatiently(request, talk) };
};

/** Whatever it says or throws is without a secret: a registry may repeat what it was sent. */
const askPatiently = async (request: Request, talk: Talk): Promise<Answer> => {
  const { host, pause, options } = talk;
  try {
    return await patiently(() => askOnce(request, talk), {
      host,
      pause,
      signal: options.signal,
      onLine: options.onLine,
    });
  } catch (error) {
    if (!(error instanceof BytechatError)) throw error;
    throw new BytechatError(talk.redactor.scrubJson(error.problems));
  }
};

const askOnce = async (request: Request, talk: Talk): Promise<Answer> => {
  const { scope = '' } = request;
  const first = await send(request, talk);
  if (first.status !== 401) return letIn(first, request, talk);
  const challenge = challengeOf(first.headers.get('www-authenticate'));
  const credentials = await talk.credentials();
  if (!challenge || (challenge.scheme === 'basic' && !credentials))
    throw refusal(said(first), request, { host: talk.host, credentials });
  talk.passes.set(scope, await passFor(challenge, request, talk));
  return letIn(await send(request, talk), request, talk);
};

const letIn = async (answer: Answer, request: Request, talk: Talk): Promise<Answer> => {
  if (answer.status !== 401 && answer.status !== 403) return answer;
  talk.passes.delete(request.scope ?? '');
  throw refusal(said(answer), request, { host: talk.host, credentials: await talk.credentials() });
};

const refusal = (
  words: string,
  { wanted }: Request,
  who: { readonly host: string; readonly credentials: Credentials | undefined },
): BytechatError => new BytechatError(refused({ ...who, wanted, said: words }));

const send = ({ method, path, accept, scope = '' }: Request, talk: Talk): Promise<Answer> => {
  const pass = talk.passes.get(scope);
  const url = new URL(path, addressOf(talk.host)).href;
  return bounded({ method, url, headers: { ...(accept && { accept }), ...(pass && { authorization: pass }) } }, talk);
};

const bounded = async (ask: Ask, { host, timeoutMs, options: { signal } }: Talk): Promise<Answer> => {
  try {
    return await fetchOnce(ask, { timeoutMs, signal });
  } catch (error) {
    if (error instanceof Trouble || error instanceof BytechatError || signal?.aborted) throw error;
    throw new BytechatError(unreachable(host, error));
  }
};

const unreachable = (host: string, error: unknown): Problem => ({
  code: 'registry-failed',
  message: `${host} cannot be asked`,
  because: error instanceof Error ? error.message : String(error),
  fix: `correct the name of the registry where it is wrong; ${lookAt(host)} shows what stands in the way`,
});

const passFor = async (challenge: Challenge, request: Request, talk: Talk): Promise<string> => {
  const credentials = await talk.credentials();
  if (challenge.scheme === 'basic') return basic(credentials);
  return `Bearer ${await tokenFor(challenge, request, talk)}`;
};

const basic = (credentials: Credentials | undefined): string =>
  `Basic ${Buffer.from(`${credentials?.username}:${credentials?.secret}`).toString('base64')}`;

type Bearer = Extract<Challenge, { scheme: 'bearer' }>;

/** Asks whoever gives tokens for this registry, with the login where there is one. */
const tokenFor = async (challenge: Bearer, request: Request, talk: Talk): Promise<string> => {
  const credentials = await talk.credentials();
  if (!URL.canParse(challenge.realm))
    throw new BytechatError(unreachable(talk.host, 'it does not say who gives tokens'));
  if (credentials && !isSafe(new URL(challenge.realm))) throw new BytechatError(unsafe(talk.host, challenge.realm));
  const ask = tokenRequest(challenge, challenge.scope || (request.scope ?? ''), credentials);
  const answer = await bounded(ask, talk);
  const token = answer.status === 200 ? tokenIn(answer.text) : undefined;
  if (token !== undefined) {
    talk.redactor.learn(token);
    return token;
  }
  const words = `${new URL(challenge.realm).host} gives no token: ${said(answer)}`;
  if ([400, 401, 403].includes(answer.status)) throw refusal(words, request, { host: talk.host, credentials });
  throw new BytechatError(unreachable(talk.host, words));
};

const tokenRequest = ({ realm, service }: Bearer, scope: string, credentials: Credentials | undefined): Ask => {
  const wanted = { ...(service && { service }), ...(scope && { scope }) };
  if (credentials?.isToken) {
    const grant = { grant_type: 'refresh_token', refresh_token: credentials.secret, client_id: 'bytechat' };
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    return { method: 'POST', url: realm, headers, body: new URLSearchParams({ ...grant, ...wanted }).toString() };
  }
  const url = new URL(realm);
  for (const [key, value] of Object.entries(wanted)) url.searchParams.set(key, value);
  return { method: 'GET', url: url.href, headers: credentials ? { authorization: basic(credentials) } : {} };
};

const tokenIn = (text: string): string | undefined => {
  try {
    const { token, access_token } = JSON.parse(text) as { token?: string; access_token?: string };
    return token || access_token || undefined;
  } catch {
    return undefined;
  }
};

/** A password goes over an encrypted connection, or does not leave this machine. */
const isSafe = ({ protocol, host }: URL): boolean => protocol === 'https:' || isLoopback(host);

const unsafe = (host: string, realm: string): Problem => ({
  code: 'registry-refused',
  message: `${host} wants the login sent to ${realm}`,
  because: 'that is no address with https, so everybody on the way could read it. Nothing was sent',
  fix: `ask the owner of ${host} for https there`,
});
