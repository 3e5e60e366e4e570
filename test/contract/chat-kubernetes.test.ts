import { cpSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import process from 'node:process';
import { describe } from 'vitest';
import { withoutCluster } from '../support/cluster.ts';
import { repository } from './bytechat.ts';
import { chatContract, HEALTH } from './chat-suite.ts';

const first = 7900 + (process.pid % 90) * 10;

/** One relay with its volume: who comes while none is there waits at the port-forward. */
const configure =
  (via: string) =>
  (project: string): void => {
    for (const name of ['Dockerfile.gcp', 'Dockerfile.gcp.dockerignore'])
      cpSync(join(repository, name), join(project, name));
    const name = `chat-${basename(project).slice(-6).toLowerCase()}`;
    const registry = process.env.BYTECHAT_TEST_OPEN_REGISTRY;
    writeFileSync(
      join(project, 'bytechat.yaml'),
      `target: kubernetes
app:
  name: ${name}
  image: { dockerfile: Dockerfile.gcp, context: chat, args: { ORIGIN: bundle }, repository: ${registry}/bytechat-contract/${name} }
  port: ${first}-${first + 9}
  drain: 5
${HEALTH}
kubernetes: { via: ${via}, cpu: 20m }
`,
    );
  };

describe.skipIf(withoutCluster)('with a cluster', () => {
  for (const via of ['manifests', 'helm'])
    chatContract({
      name: `kubernetes, by ${via}`,
      rates: via === 'helm' ? [] : [5],
      patience: 300_000,
      configure: configure(via),
    });
});
