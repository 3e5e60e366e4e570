import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { bytechat } from '../contract/bytechat.ts';
import { writeFiles } from './folder.ts';
import { freePorts } from './ports.ts';

export interface Demo {
  readonly project: string;
  readonly port: number;
}

const SERVER = `
const server = require('node:http').createServer((request, response) => response.end('hello'));
server.listen({ fd: 3 });
process.on('SIGTERM', () => process.exit(0));
`;

/** A project with a tiny app on ports of its own. Whatever runs of it ends with the test. */
export const demoProject = async (more = '', files: Readonly<Record<string, string>> = {}): Promise<Demo> => {
  const project = realpathSync(mkdtempSync(join(tmpdir(), 'bytechat-demo-')));
  onTestFinished(async () => {
    await bytechat(project, 'destroy', '--data', '--yes');
    rmSync(project, { recursive: true, force: true, maxRetries: 3 });
  });
  const port = await freePorts(3);
  const source = more.includes('build:') ? '' : '  files: app\n';
  writeFiles(project, {
    'bytechat.yaml': `app:
  name: demo
${source}  command: [node, server.js]
  port: ${port}-${port + 2}
  handover: socket
${more}`,
    'app/server.js': SERVER,
    ...files,
  });
  return { project, port };
};
