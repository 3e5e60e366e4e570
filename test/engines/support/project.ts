import { chmodSync, mkdtempSync, realpathSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { bytechat } from '../../contract/bytechat.ts';
import { docker } from '../../support/docker.ts';
import { writeFiles } from '../../support/folder.ts';
import { freePorts } from '../../support/ports.ts';

export const NODE = 'gcr.io/distroless/nodejs24-debian12:nonroot';

/** An image of the folder `app`, run as nobody in particular. */
export const DOCKERFILE = `FROM ${NODE}
COPY app /app
WORKDIR /app
USER 65532:65532
CMD ["server.js"]
`;

export interface Wanted {
  readonly dockerfile?: string;
  /** By path in the project. */
  readonly files?: Readonly<Record<string, string>>;
  /** More lines of `app` in bytechat.yaml. */
  readonly app?: string;
  /** More lines at its end. */
  readonly more?: string;
}

export interface Project {
  readonly folder: string;
  readonly name: string;
  /** The first of its ports. */
  readonly port: number;
  write(files: Readonly<Record<string, string>>): void;
}

/** An app of the target docker with a name of its own. All that it leaves in Docker goes when the test is over. */
export const dockerProject = async ({ dockerfile = DOCKERFILE, files = {}, app = '', more = '' }: Wanted) => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'bytechat-docker-')));
  const name = `unlucky-${basename(folder).slice(-6).toLowerCase()}`;
  const port = await freePorts(5);
  const write = (more: Readonly<Record<string, string>>): void => writeFiles(folder, more);
  write({ Dockerfile: dockerfile, '.dockerignore': '*\n!app\n', 'bytechat.yaml': configFor(name, port, app, more) });
  write({ 'app/package.json': '{"type":"module"}\n', 'app/server.js': SERVER, ...files });
  chmodSync(join(folder, 'app'), 0o755);
  onTestFinished(async () => {
    await bytechat(folder, 'docker', 'stop');
    await bytechat(folder, 'destroy', '--data', '--yes');
    const images = await tagsOf(name);
    if (images.length > 0) await docker('image', 'rm', '--force', ...images.map(tag => `${name}:${tag}`));
    await rm(folder, { recursive: true, force: true });
  }, 120_000);
  return { folder, name, port, write } satisfies Project;
};

const configFor = (name: string, port: number, app: string, more: string): string => `target: docker
app:
  name: ${name}
  port: ${port}-${port + 4}
${app.includes('image:') ? '' : '  image: { dockerfile: Dockerfile }\n'}${app}  health:
    - http: /healthz
health:
  within: 5
${more}`;

/** Answers everything with 200. */
export const SERVER = `import { createServer } from 'node:http';
const { HOST, PORT } = process.env;
createServer((request, response) => response.end('fine')).listen(Number(PORT), HOST);
process.on('SIGTERM', () => process.exit(0));
`;

export const tagsOf = async (name: string): Promise<string[]> =>
  (await docker('image', 'ls', name, '--format', '{{.Tag}}')).split('\n').filter(Boolean);
