import { type GkeServer, gkeContext } from '../../core/google.ts';
import type { JsonObject } from '../../core/json.ts';

/** A program, as a kubeconfig names it. */
export interface Plugin {
  readonly command: string;
  readonly args: readonly string[];
  /** Added to the environment of whoever starts it. */
  readonly env?: Readonly<Record<string, string>>;
}

export type Named = JsonObject & { readonly name: string };

/** What one cluster adds to a kubeconfig: no secret, but the program that has a token for whoever asks. */
export interface Entries {
  readonly clusters: Named;
  readonly users: Named;
  readonly contexts: Named;
}

export const entriesFor = (at: GkeServer, { command, args, env = {} }: Plugin): Entries => {
  const name = gkeContext(at);
  const { server, ca } = at;
  const variables = Object.entries(env).map(([variable, value]) => ({ name: variable, value }));
  const exec = {
    apiVersion: 'client.authentication.k8s.io/v1',
    command,
    args,
    ...(variables.length > 0 && { env: variables }),
    interactiveMode: 'Never',
    provideClusterInfo: false,
    installHint: 'npm install --global bytechat',
  };
  return {
    clusters: { name, cluster: { server, ...(ca !== '' && { 'certificate-authority-data': ca }) } },
    users: { name, user: { exec } },
    contexts: { name, context: { cluster: name, user: name } },
  };
};

/** A whole one, for programs that are to know this cluster alone. JSON is YAML. */
export const kubeconfigOf = ({ clusters, users, contexts }: Entries): string =>
  `${JSON.stringify(
    {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [clusters],
      users: [users],
      contexts: [contexts],
      'current-context': contexts.name,
    },
    null,
    2,
  )}\n`;
