import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, statSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Handover } from '../../src/core/serve.ts';
import { writeApp } from './app.ts';
import { bytechat } from './bytechat.ts';
import type { Place } from './place.ts';

let next = 5300 + (process.pid % 500) * 10;

/** The target `local`, with the little app in one of its three ways to take over. */
export const localPlace = (handover: Handover, more = ''): Place => {
  const project = realpathSync(mkdtempSync(join(tmpdir(), 'bytechat-contract-')));
  next += 10;
  writeFileSync(join(project, 'bytechat.yaml'), config(handover, next, more));
  const state = join(project, '.bytechat');
  return {
    name: `local, ${handover}`,
    project,
    write: version => writeApp(join(project, 'app'), version),
    fingerprint: async () => listing(state).join('\n'),
    leftovers: async () => [...processesIn(state), ...listing(state)],
    made: 'release',
    sawTwoWriters: async () =>
      existsSync(join(state, 'data', 'two-writers')) || logsIn(join(state, 'logs')).includes('two writers at once'),
    dispose: async () => {
      await bytechat(project, 'destroy', '--data', '--yes');
      await rm(project, { recursive: true, force: true });
    },
  };
};

const config = (handover: Handover, port: number, more: string): string => `app:
  name: little
  files: app
  command: [node, server.js]
  port: ${port}-${port + 9}
  handover: ${handover}
  health:
    - http: /healthz
health:
  within: 3
${more}`;

/** Every file with its size and time of change: what a no-op leaves exactly as it was. */
export const listing = (folder: string): string[] => {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .map(entry => join(entry.parentPath, entry.name))
      .map(file => ({ file, stat: statSync(file) }))
      .filter(({ stat }) => stat.isFile())
      .map(({ file, stat }) => `${file.slice(folder.length)} ${stat.size} ${stat.mtimeMs}`)
      .filter(line => !/^\/(logs|data)\//.test(line))
      .sort();
  } catch {
    return [];
  }
};

/** Processes whose program or arguments lie in the folder. */
export const processesIn = (folder: string): string[] =>
  execFileSync('ps', ['-eo', 'pid=,args='], { encoding: 'utf8' })
    .split('\n')
    .filter(line => line.includes(folder) && !line.includes('<defunct>'))
    .map(line => line.trim());

const logsIn = (folder: string): string => {
  try {
    return readdirSync(folder)
      .map(name => readFileSync(join(folder, name), 'utf8'))
      .join('\n');
  } catch {
    return '';
  }
};
