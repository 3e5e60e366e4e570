import type { KubeConfig } from '@kubernetes/client-node';
import { type GkeServer, gkeContext } from '../../core/google.ts';
import { accessToken } from '../google/token.ts';

/** What takes the place of a kubeconfig, and how it gets another token. */
export interface GkeCredentials {
  readonly config: KubeConfig;
  renew(): Promise<void>;
}

const PROVIDER = 'bytechat';

/** A kubeconfig in memory. Who we are is asked for each request: it never holds a token that could grow old in it. */
export const gkeCredentials = async (at: GkeServer): Promise<GkeCredentials> => {
  const { KubeConfig } = await import('@kubernetes/client-node/dist/config.js');
  const config = new KubeConfig();
  const { server, ca } = at;
  const name = gkeContext(at);
  config.loadFromOptions({
    clusters: [{ name, server, skipTLSVerify: false, ...(ca !== '' && { caData: ca }) }],
    users: [{ name, authProvider: { name: PROVIDER, config: {} } }],
    contexts: [{ name, cluster: name, user: name }],
    currentContext: name,
  });
  let shown = '';
  config.addAuthenticator({
    isAuthProvider: ({ authProvider }) => authProvider?.name === PROVIDER,
    async applyAuthentication(_user, options) {
      shown = (await accessToken()).token;
      options.headers = { ...options.headers, Authorization: `Bearer ${shown}` } as typeof options.headers;
    },
  });
  return { config, renew: async () => void (await accessToken({ instead: shown })) };
};
