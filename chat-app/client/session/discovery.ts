/** Where to look for a relay: the page's own origin, and the local ports only when the page itself is on loopback. */
export const LOCAL_PORTS = [5001, 5002, 5003, 5004, 5005, 5006, 5007, 5008, 5009, 5010] as const;
const ANSWER_WITHIN_MS = 2000;

export interface Page {
  /** `http:` or `https:` */
  protocol: string;
  hostname: string;
  origin: string;
}

export type Discovery =
  | { kind: 'found'; origin: string; here: boolean }
  /** Nobody answered at any of these. */
  | { kind: 'missing'; asked: string[] };

/** Asks one address after the other for `/healthz`; the first that answers well is the relay. */
export async function findRelay(page: Page, ask: typeof fetch): Promise<Discovery> {
  const origins = candidates(page);
  for (const origin of origins) {
    if (await answers(origin, ask)) return { kind: 'found', origin, here: origin === page.origin };
  }
  return { kind: 'missing', asked: origins };
}

export function candidates({ protocol, hostname, origin }: Page): string[] {
  if (!isLoopback(hostname)) return [origin];
  const local = LOCAL_PORTS.map(port => `${protocol}//${hostname}:${port}`);
  return [origin, ...local.filter(one => one !== origin)];
}

export const isLoopback = (hostname: string): boolean =>
  /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname);

/** A page of some other server at this address is not a relay: `/healthz` is JSON. */
async function answers(origin: string, ask: typeof fetch): Promise<boolean> {
  try {
    const response = await ask(`${origin}/healthz`, {
      cache: 'no-store',
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    return response.ok && (response.headers.get('content-type') ?? '').includes('json');
  } catch {
    return false;
  }
}

/** The relay's WebSocket address. */
export const socketAddress = (origin: string, path: string): string => `${origin.replace(/^http/, 'ws')}${path}`;
