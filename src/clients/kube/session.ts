import { request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent, request as httpsRequest, type RequestOptions } from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node';
import { BytechatError } from '../../core/problem.ts';
import { loadKubeconfig } from './config.ts';
import { unreachable } from './problems.ts';

export interface KubeRequest {
  /** Default: GET. */
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  /** With its query: `/api/v1/namespaces/shop/pods?limit=5`. */
  readonly path: string;
  readonly body?: unknown;
  /** Default: application/json. */
  readonly type?: string;
  readonly signal?: AbortSignal | undefined;
  /** In ms. Default: 30 s; the server's own limit is 60 s. */
  readonly timeoutMs?: number;
}

export interface KubeAnswer {
  readonly status: number;
  /** Parsed when it is JSON, else its text. */
  readonly body: unknown;
  /** The server's own clock when it answered, in ms since 1970, in whole seconds. */
  readonly date?: number;
}

/** One cluster, as one user of it. */
export interface KubeSession {
  readonly context: string;
  readonly server: string;
  /** For exec, port-forward and credentials. */
  readonly config: KubeConfig;
  /** What a connection of its own needs: who we are, and how to know the server. */
  options(): Promise<RequestOptions>;
  /** One request. A status is an answer, whatever it says; that nobody answers is a Problem. */
  ask(request: KubeRequest): Promise<KubeAnswer>;
  /** Reads line by line until the server ends it or the signal aborts, which is no error. */
  stream(request: KubeRequest, onLine: (line: string) => void): Promise<KubeAnswer>;
}

const TIMEOUT_MS = 30_000;
const sessions = new Map<string, Promise<KubeSession>>();

/** One for each context, so that its connections are used again. */
export const sessionFor = (context: string | undefined): Promise<KubeSession> => {
  const key = `${process.env.KUBECONFIG ?? ''}\0${context ?? ''}`;
  const known = sessions.get(key) ?? openSession(context);
  sessions.set(key, known);
  known.catch(() => sessions.delete(key));
  return known;
};

/** One of its own: the kubeconfig is read anew, with whatever credentials it has now. */
export const openSession = async (context: string | undefined): Promise<KubeSession> => {
  const config = await loadKubeconfig(context);
  const server = (config.getCurrentCluster()?.server ?? '').replace(/\/$/, '');
  const way: Way = { config, server, agent: undefined };
  return {
    context: config.getCurrentContext(),
    server,
    config,
    options: () => optionsFor({ path: '' }, way),
    ask: request => settled(request, way, bodyOf),
    stream: (request, onLine) => settled({ timeoutMs: 0, ...request }, way, answer => linesOf(answer, onLine)),
  };
};

interface Way {
  readonly config: KubeConfig;
  readonly server: string;
  agent: Agent | undefined;
}

type Reading<Result> = (answer: IncomingMessage) => Promise<Result>;

const settled = async (request: KubeRequest, way: Way, read: Reading<unknown>): Promise<KubeAnswer> => {
  const { signal } = request;
  try {
    const answer = await send(request, way);
    const isLines = answer.statusCode === 200;
    const body = await (isLines ? read(answer) : bodyOf(answer));
    const date = Date.parse(answer.headers.date ?? '');
    return { status: answer.statusCode ?? 0, body, ...(Number.isFinite(date) && { date }) };
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    if (error instanceof BytechatError) throw error;
    throw new BytechatError(unreachable(way.server, error));
  }
};

/** Credentials are asked for each time: some are short-lived, and whoever makes them keeps them as long as they last. */
const optionsFor = async ({ method = 'GET', type = 'application/json', body, signal }: KubeRequest, way: Way) => {
  const options: RequestOptions = { headers: {} };
  await way.config.applyToHTTPSOptions(options);
  if (!way.config.getCurrentCluster()?.proxyUrl) {
    const { ca, cert, key, pfx, passphrase, servername, rejectUnauthorized } = options;
    way.agent ??= new Agent(
      defined({ keepAlive: true, ca, cert, key, pfx, passphrase, servername, rejectUnauthorized }),
    );
    options.agent = way.agent;
  }
  // Node leaves the length of a DELETE's body out, and the server takes the rest for another request.
  const length = Buffer.byteLength(JSON.stringify(body) ?? '');
  const content = body === undefined ? {} : { 'content-type': type, 'content-length': length };
  return {
    ...options,
    method,
    ...(signal && { signal }),
    headers: { ...options.headers, accept: 'application/json', 'user-agent': 'bytechat', ...content },
  };
};

/** Without the keys that have no value: to TLS, `undefined` is not the same as nothing. */
const defined = <Value extends object>(value: Value): { [Key in keyof Value]: Exclude<Value[Key], undefined> } =>
  Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as never;

const send = async (request: KubeRequest, way: Way): Promise<IncomingMessage> => {
  const { path, body, timeoutMs = TIMEOUT_MS } = request;
  const text = body === undefined ? undefined : JSON.stringify(body);
  // As an option, it bounds the way to the server too; `setTimeout` would begin when that is open.
  const options = { ...(await optionsFor(request, way)), timeout: timeoutMs };
  const isPlain = way.server.startsWith('http:');
  const { agent: _tls, ...plain } = options;
  return new Promise((resolve, reject) => {
    const sent = isPlain
      ? httpRequest(way.server + path, plain as object, resolve)
      : httpsRequest(way.server + path, options, resolve);
    sent.on('timeout', () => {
      forgetIdle(way);
      sent.destroy(new Error(`no answer within ${timeoutMs / 1000} s`));
    });
    sent.on('error', reject);
    sent.end(text);
  });
};

/** Where one connection has died without a word, those that wait to be used again have as well. */
const forgetIdle = ({ agent }: Way): void => {
  for (const socket of Object.values(agent?.freeSockets ?? {}).flat()) socket?.destroy();
};

const bodyOf: Reading<unknown> = async answer => {
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};

const linesOf = async (answer: IncomingMessage, onLine: (line: string) => void): Promise<string> => {
  let rest = '';
  answer.setEncoding('utf8');
  for await (const chunk of answer) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
  }
  if (rest !== '') onLine(rest);
  return '';
};
