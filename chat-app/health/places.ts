/** Where a relay with this environment answers. */
import type { Place } from './ask.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The socket on which a relay answers that may have to wait for its turn; undefined: it serves from the start. */
export const standbyPlace = ({ STANDBY_SOCKET: path }: Environment): Place | undefined =>
  path ? { at: { path }, tls: false, proxied: false } : undefined;

/** One for each port that it may have taken, in the order in which it tries them. */
export function publicPlaces(env: Environment): Place[] {
  const [first = 0, last = first] = (env.PORT || '5001-5010').split('-').map(Number);
  if (!(first > 0 && last >= first && last <= 65_535)) throw new Error(`PORT ${env.PORT} says no port to ask at`);
  return Array.from({ length: last - first + 1 }, (_, nth) => ({
    at: { host: hostOf(env), port: first + nth },
    tls: Boolean(env.TLS_CERT),
    proxied: env.PROXY_PROTOCOL === '1',
  }));
}

/** An address that stands for all is no place to connect to everywhere. */
function hostOf({ HOST: host }: Environment): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  return host === '::' ? '::1' : host || '127.0.0.1';
}
