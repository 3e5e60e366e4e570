import { cpSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import process from 'node:process';
import { describe } from 'vitest';
import { withoutCluster } from '../support/cluster.ts';
import { repository } from './bytechat.ts';
import { chatContract, HEALTH } from './chat-suite.ts';
import { withGoogle } from './gcp.ts';

const first = 8800 + (process.pid % 90) * 10;

/** The chat on Google Cloud, as far as that is here: through a port-forward, as there is no name with a certificate. */
const configure = (project: string): void => {
  for (const name of ['Dockerfile.gcp', 'Dockerfile.gcp.dockerignore'])
    cpSync(join(repository, name), join(project, name));
  const name = `chat-${basename(project).slice(-6).toLowerCase()}`;
  writeFileSync(
    join(project, 'bytechat.yaml'),
    `target: gcp
app:
  name: ${name}
  image: { dockerfile: Dockerfile.gcp, context: chat, args: { ORIGIN: bundle } }
  port: ${first}-${first + 9}
  drain: 5
${HEALTH}
kubernetes: { cpu: 20m }
gcp: { repository: ${name}, cluster: { name: ${name} } }
`,
  );
};

describe.skipIf(withoutCluster)('with a cluster', () => {
  withGoogle();
  chatContract({ name: 'gcp', rates: [], patience: 300_000, configure });
});
