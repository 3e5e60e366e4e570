import { X509Certificate } from 'node:crypto';
import type { CertificateFact } from '../../core/facts/preflight.ts';
import { good } from './problems.ts';
import type { KubeSession } from './session.ts';

interface Asked {
  readonly namespace: string;
  readonly secret: string;
  /** Empty: any. */
  readonly host: string;
}

interface TlsSecret {
  readonly type?: string;
  readonly data?: { readonly 'tls.crt'?: string };
}

/** What the certificate in a Secret says. Its key is not looked at, and nothing of it leaves. Null when it may not be read. */
export const certificateIn = async (asked: Asked, session: KubeSession): Promise<CertificateFact | null> => {
  const answer = await session.ask({ path: `/api/v1/namespaces/${asked.namespace}/secrets/${asked.secret}` });
  if (answer.status === 403) return null;
  if (answer.status === 404) return NONE;
  const { type = 'Opaque', data } = good<TlsSecret>(answer, `read the Secret ${asked.secret}`);
  const pem = Buffer.from(data?.['tls.crt'] ?? '', 'base64').toString('utf8');
  return { ...NONE, type, ...readCertificate(pem, asked.host, answer.date ?? Date.now()) };
};

const NONE: CertificateFact = { type: '', broken: '', until: '', expired: false, fits: true, names: [] };

/** `now` in ms since 1970: the cluster's clock. The first of a chain is the app's own. */
export const readCertificate = (pem: string, host: string, now: number): Partial<CertificateFact> => {
  try {
    const found = new X509Certificate(pem);
    const until = new Date(found.validTo);
    return {
      until: until.toISOString(),
      expired: until.getTime() <= now,
      fits: host === '' || found.checkHost(host) !== undefined,
      names: namesIn(found.subjectAltName ?? ''),
    };
  } catch {
    return { broken: pem === '' ? 'it has no tls.crt' : 'its tls.crt is no certificate' };
  }
};

/** `DNS:example.org, DNS:www.example.org` */
const namesIn = (written: string): string[] =>
  written
    .split(', ')
    .filter(each => each.startsWith('DNS:'))
    .map(each => each.slice('DNS:'.length));
