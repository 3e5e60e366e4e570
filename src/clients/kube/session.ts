import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent, request as httpsRequest, type RequestOptions } from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node';
import type { GkeServer } from '../../core/google.ts';
import { BytechatError } from '../../core/problem.ts';
import { loadKubeconfig } from './config.ts';
import { closed, unknownThere } from './gke-problems.ts';
import { refusalIn, unreachable } from './problems.ts';

export interface KubeRequest {
  /** Default: GET. */
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  /** With its query: `/api/v1/namespaces/shop/pods?limit=5`. */
  readonly path: string;
  readonly body?: unknown;
  /** Default: application/json. */
  readonly type?: string;
  /** Leaves all but the metadata out of what it answers with. */
  readonly isMetadata?: boolean;
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
  /** What it was opened with, when it is one of Google. */
  readonly gke?: GkeServer | undefined;
  /** For exec, port-forward and credentials. */
  readonly config: KubeConfig;
  /** What a connection of its own needs: who we are, and how to know the server. */
  options(): Promise<RequestOptions>;
  /** These are no longer taken: whoever makes credentials is to make others. Nothing, when a kubeconfig says who we are. */
  renew(): Promise<void>;
  /** One request. A status is an answer, whatever it says; that nobody answers is a Problem. */
  ask(request: KubeRequest): Promise<KubeAnswer>;
  /** Reads line by line until the server ends it or the signal aborts, which is no error. */
  stream(request: KubeRequest, onLine: (line: string) => void): Promise<KubeAnswer>;
}

/** Which cluster: one of the kubeconfig, by default its current one; or one of Google, which is in no file. */
export interface Which {
  readonly context?: string | undefined;
  readonly gke?: GkeServer | undefined;
  /** Told when it does not answer: it may have moved. */
  readonly lost?: (() => void) | undefined;
}

const TIMEOUT_MS = 30_000;

/** One of its own: the kubeconfig is read anew, with whatever credentials it has now. */
export const openSession = async ({ context, gke, lost }: Which): Promise<KubeSession> => {
  const known = gke ? await atGoogle(gke) : { config: await loadKubeconfig(context) };
  const { config } = known;
  const server = (config.getCurrentCluster()?.server ?? '').replace(/\/$/, '');
  const way: Way = { renew: async () => {}, ...known, server, gke, lost, agent: undefined };
  return {
    context: config.getCurrentContext(),
    server,
    gke,
    config,
    options: () => optionsFor({ path: '' }, way),
    renew: way.renew,
    ask: request => settled(request, way, bodyOf),
    stream: (request, onLine) => settled({ timeoutMs: 0, ...request }, way, answer => linesOf(answer, onLine)),
  };
};

const atGoogle = async (gke: GkeServer) => (await import('./gke.ts')).gkeCredentials(gke);

interface Way extends Which {
  readonly config: KubeConfig;
  readonly server: string;
  readonly renew: () => Promise<void>;
  agent: Agent | undefined;
}

type Reading<Result> = (answer: IncomingMessage) => Promise<Result>;

const settled = async (request: KubeRequest, way: Way, read: Reading<unknown>): Promise<KubeAnswer> => {
  const { signal } = request;
  try {
    const answer = await sendAsKnown(request, way);
    const isLines = answer.statusCode === 200;
    const body = await (isLines ? read(answer) : bodyOf(answer));
    const date = Date.parse(answer.headers.date ?? '');
    return { status: answer.statusCode ?? 0, body, ...(Number.isFinite(date) && { date }) };
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    if (error instanceof BytechatError) throw error;
    way.lost?.();
    throw new BytechatError(way.gke ? closed(way.gke, error) : unreachable(way.server, error));
  }
};

/** Whoever makes credentials is asked for others, once, when they are not taken. */
const sendAsKnown = async (request: KubeRequest, way: Way): Promise<IncomingMessage> => {
  const first = await send(request, way);
  if (first.statusCode !== 401 || !way.gke) return first;
  first.resume();
  await way.renew();
  const second = await send(request, way);
  if (second.statusCode !== 401) return second;
  const { message } = refusalIn({ status: 401, body: await bodyOf(second) });
  throw new BytechatError(unknownThere(way.gke, message));
};

const JSON_TYPE = 'application/json';
/** Who cannot do that answers with all. */
const METADATA = `application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io,${JSON_TYPE}`;

/** Credentials are asked for each time: some are short-lived, and whoever makes them keeps them as long as they last. */
const optionsFor = async (request: KubeRequest, way: Way) => {
  const { method = 'GET', type = JSON_TYPE, body, signal, isMetadata = false } = request;
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
    headers: { ...options.headers, accept: isMetadata ? METADATA : JSON_TYPE, 'user-agent': 'bytechat', ...content },
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
    sent.on('error', error => {
      if (!wasCut(sent, error)) return reject(error);
      forgetIdle(way);
      resolve(send(request, way));
    });
    sent.end(text);
  });
};

/**
 * A server ends a connection that was idle for a while, and the next request may be on its way by then: it was never read,
 * and is asked again on a new one. What would make something twice is not.
 */
const wasCut = (sent: ClientRequest, error: Error): boolean =>
  sent.reusedSocket && sent.method !== 'POST' && Reflect.get(error, 'code') === 'ECONNRESET';

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
