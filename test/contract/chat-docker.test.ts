import { cpSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import process from 'node:process';
import { describe } from 'vitest';
import { withoutDocker } from '../support/docker.ts';
import { repository } from './bytechat.ts';
import { chatContract, HEALTH } from './chat-suite.ts';

const first = 6900 + (process.pid % 90) * 10;

/** The image that the package builds, of the bundle that lies beside it. */
const configure = (project: string): void => {
  for (const name of ['Dockerfile.gcp', 'Dockerfile.gcp.dockerignore'])
    cpSync(join(repository, name), join(project, name));
  writeFileSync(
    join(project, 'bytechat.yaml'),
    `target: docker
app:
  name: chat-${basename(project).slice(-6).toLowerCase()}
  image: { dockerfile: Dockerfile.gcp, context: chat, args: { ORIGIN: bundle } }
  container: { proxyProtocol: true }
  port: ${first}-${first + 9}
  handover: standby
${HEALTH}
`,
  );
};

describe.skipIf(withoutDocker)('with Docker', () => {
  chatContract({ name: 'docker', rates: [50, 150], patience: 300_000, configure });
});
