/** Which pages may open a WebSocket here. */
import type { Asker } from './address.ts';
import { networks } from './address.ts';

export interface OriginRules {
  /** Allowed besides the relay's own. */
  origins: readonly string[];
  /** Addresses and networks whose `X-Forwarded-Host` is believed. */
  trustedProxies: readonly string[];
}

/**
 * A page of the same host, a page of this machine that asks this machine (on any port), or one of `origins`.
 * No origin at all is no browser, which could claim any.
 */
export function originCheck({ origins, trustedProxies }: OriginRules): (asker: Asker) => boolean {
  const allowed = new Set(origins);
  const isProxy = networks(trustedProxies);
  return ({ headers, remoteAddress }) => {
    const { origin } = headers;
    if (origin === undefined || allowed.has(origin)) return true;
    if (!URL.canParse(origin)) return false;
    const page = new URL(origin);
    const forwarded = headers['x-forwarded-host'];
    const host = typeof forwarded === 'string' && isProxy(remoteAddress) ? forwarded : headers.host;
    return host !== undefined && (page.host === host || (isLoopback(page.hostname) && isLoopback(hostname(host))));
  };
}

export const isLoopback = (hostname: string): boolean =>
  /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname);

/** Of a `Host` header; empty when it is none. */
export const hostname = (host: string): string =>
  URL.canParse(`http://${host}`) ? new URL(`http://${host}`).hostname : '';
