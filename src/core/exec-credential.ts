import type { JsonObject } from './json.ts';

/** A token, and when it ends, in ms since 1970. */
export interface Lasting {
  readonly token: string;
  readonly expiresAt: number;
}

const VERSION = 'client.authentication.k8s.io/v1';

/**
 * What a program prints that Kubernetes' clients start to ask who somebody is. It must speak the version that it is asked
 * in, which KUBERNETES_EXEC_INFO says (kubernetes.io/docs/reference/config-api/client-authentication.v1).
 */
export const execCredential = ({ token, expiresAt }: Lasting, info: string | undefined): JsonObject => ({
  kind: 'ExecCredential',
  apiVersion: versionIn(info),
  status: { token, expirationTimestamp: new Date(expiresAt).toISOString().replace(/\.\d+Z$/, 'Z') },
});

const versionIn = (info = ''): string => {
  try {
    const { apiVersion } = JSON.parse(info) as { readonly apiVersion?: unknown };
    return typeof apiVersion === 'string' && apiVersion !== '' ? apiVersion : VERSION;
  } catch {
    return VERSION;
  }
};
