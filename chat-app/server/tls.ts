/** A certificate and its key from files, read again when they change: renewed ones need no restart. */
import { readFileSync } from 'node:fs';
import type { Server } from 'node:https';
import { createSecureContext } from 'node:tls';
import type { Log } from './log.ts';
import { Problem, reasonOf } from './problem.ts';

export interface TlsFiles {
  cert: string;
  key: string;
}

interface Pair {
  cert: Buffer;
  key: Buffer;
}

const LOOK_EVERY_MS = 10_000;

/** Throws `tls` when the files cannot be read, or do not belong together. */
export function readTls({ cert, key }: TlsFiles): Pair {
  try {
    const pair = { cert: readFileSync(cert), key: readFileSync(key) };
    createSecureContext(pair);
    return pair;
  } catch (error) {
    const files = `TLS_CERT ${cert} and TLS_KEY ${key}`;
    throw new Problem('tls', `${files} cannot be used: ${reasonOf(error)}`, error);
  }
}

/** New connections get the newest good pair; while the files are wrong, the last good one. Ends with the server. */
export function reloadTls(server: Server, files: TlsFiles, log: Log, lookEveryMs = LOOK_EVERY_MS): void {
  let current = readTls(files);
  let trouble = '';
  const look = () => {
    try {
      const found = readTls(files);
      trouble = '';
      if (found.cert.equals(current.cert) && found.key.equals(current.key)) return;
      server.setSecureContext(found);
      current = found;
      log.info('the certificate was read again');
    } catch (error) {
      if (reasonOf(error) !== trouble) log.error('the certificate was not read again', { reason: reasonOf(error) });
      trouble = reasonOf(error);
    }
  };
  const timer = setInterval(look, lookEveryMs).unref();
  server.once('close', () => clearInterval(timer));
}
