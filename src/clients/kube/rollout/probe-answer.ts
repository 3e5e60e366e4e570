import { setTimeout as sleep } from 'node:timers/promises';
import type { KubeSession } from '../session.ts';
import type { Container } from './objects.ts';
import { corePath } from './request.ts';

/** A container that was ended for its silence is started again before it can be asked. */
const TRIES = 5;
const PAUSE_MS = 500;
const TIMEOUT_MS = 2_000;
const LONGEST = 120;

/**
 * What the app itself answers to its probe: the kubelet keeps the status and throws the words away. Asked through the API
 * server; undefined when it is not asked by HTTP, or does not answer.
 */
export const probeAnswer = async (
  { pod, spec }: Container,
  namespace: string,
  session: KubeSession,
): Promise<string | undefined> => {
  const { path = '/', port, scheme = 'HTTP' } = (spec.startupProbe ?? spec.readinessProbe)?.httpGet ?? {};
  if (port === undefined) return undefined;
  const number = spec.ports?.find(({ name }) => name === port)?.containerPort ?? port;
  const at = `${corePath(namespace, 'pods')}/${scheme === 'HTTPS' ? 'https:' : ''}${pod.metadata.name}:${number}/proxy${path}`;
  for (let tries = 1; tries <= TRIES; tries++) {
    const { status, body } = await session.ask({ path: at, timeoutMs: TIMEOUT_MS }).catch(() => SILENT);
    // The API server says 503 for itself, as a Status, when nobody listens.
    const isOwn = typeof body === 'object' && body !== null && Reflect.get(body, 'kind') === 'Status';
    if (status > 0 && !isOwn) return `GET ${path} answers ${status} ${short(body)}`.trim();
    await sleep(PAUSE_MS);
  }
  return undefined;
};

const SILENT = { status: 0, body: undefined };

const short = (body: unknown): string =>
  String(typeof body === 'string' ? body : JSON.stringify(body ?? ''))
    .replaceAll(/\s+/g, ' ')
    .trim()
    .slice(0, LONGEST);
