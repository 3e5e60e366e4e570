import { execFileSync } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Handover } from '../../src/core/serve.ts';
import { writeApp } from './app.ts';
import { bytechat } from './bytechat.ts';
import { imageProject } from './image-project.ts';
import { listing } from './local.ts';
import type { Place } from './place.ts';

let next = 5900 + (process.pid % 400) * 10;

export interface DockerApp {
  readonly handover: Handover;
  /** `app.image`, when it is more than its Dockerfile. */
  readonly image?: string;
  /** A line of `app`. */
  readonly container?: string;
  readonly more?: string;
}

/** The target `docker`, with the little app as an image. */
export const dockerPlace = ({
  handover,
  image = 'dockerfile: Dockerfile',
  container = '',
  more = '',
}: DockerApp): Place => {
  next += 10;
  const { project, name } = imageProject('docker', name =>
    configFor({ name, port: next, handover, image, container, more }),
  );
  return {
    name: `docker, ${handover}`,
    project,
    made: 'image',
    write: version => writeApp(join(project, 'app'), version),
    fingerprint: async () => [...inDocker(name), ...listing(join(project, '.bytechat'))].join('\n'),
    leftovers: async () => [...inDocker(name), ...listing(join(project, '.bytechat'))],
    sawTwoWriters: async () => dataOf(name).includes('two-writers'),
    dispose: async () => {
      await bytechat(project, 'destroy', '--data', '--yes');
      await rm(project, { recursive: true, force: true });
    },
  };
};

interface Wanted extends Required<DockerApp> {
  readonly name: string;
  readonly port: number;
}

const configFor = ({ name, port, handover, image, container, more }: Wanted): string => `target: docker
app:
  name: ${name}
  image: { ${image} }
  ${container}
  port: ${port}-${port + 9}
  handover: ${handover}
  health:
    - http: /healthz
health:
  within: 5
${more}`;

const docker = (...args: string[]): string[] =>
  execFileSync('docker', args, { encoding: 'utf8' })
    .split('\n')
    .filter(line => line !== '');

/** Everything that is called or marked as this app's own: what it is, and since when it is so. */
const inDocker = (name: string): string[] => {
  const ours = `label=bytechat.app=${name}`;
  const ids = docker('ps', '--all', '--quiet', '--filter', ours);
  const containers = ids.length === 0 ? [] : docker('inspect', '--format', '{{.Name}} {{.State.StartedAt}}', ...ids);
  return [
    ...containers,
    ...docker('image', 'ls', name, '--format', '{{.Repository}}:{{.Tag}} {{.ID}}'),
    ...docker('network', 'ls', '--filter', ours, '--format', '{{.ID}} {{.Name}}'),
    ...docker('volume', 'ls', '--filter', ours, '--format', '{{.Name}}'),
  ].sort();
};

/** The names of the files in its volume. */
const dataOf = (name: string): string[] => {
  const volume = `bytechat-${name}-data`;
  if (docker('volume', 'ls', '--quiet', '--filter', `name=^${volume}$`).length === 0) return [];
  return docker('run', '--rm', '--network', 'none', '--volume', `${volume}:/data`, 'busybox:1.37', 'ls', '-a', '/data');
};
