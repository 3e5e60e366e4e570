import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { repository } from './bytechat.ts';

const library = pathToFileURL(join(repository, 'dist', 'index.js')).href;

/** A host of the library that ends itself with SIGKILL at the given event: no handler of anybody's runs. */
const program = (edge: number): string => `
import { Pipeline } from ${JSON.stringify(library)};
let seen = 0;
const onEvent = event => {
  seen += 1;
  console.log([event.type, event.id, event.display?.split(' ')[0]].filter(Boolean).join(' '));
  if (seen === ${edge}) process.kill(process.pid, 'SIGKILL');
};
const report = await new Pipeline({ onEvent }).deploy();
process.exitCode = report.ok ? 0 : 1;
`;

const runProgram = async (
  project: string,
  edge: number,
): Promise<{ lines: string[]; signal: string | null; code: number | null }> => {
  const child = spawn(process.execPath, ['--input-type=module', '-e', program(edge)], {
    cwd: project,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', chunk => {
    text += chunk;
  });
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  return { lines: text.split('\n').filter(line => line !== ''), signal, code };
};

/** The edges of one whole deploy: every event, which lies before, between or inside the steps. */
export const eventsOfDeploy = async (project: string): Promise<string[]> => {
  const { lines, code } = await runProgram(project, 0);
  if (code !== 0) throw new Error(`the deploy that was to be counted failed:\n${lines.join('\n')}`);
  return lines;
};

/** True when it was killed there; a run with fewer events ends by itself. */
export const dieAtEvent = async (project: string, edge: number): Promise<boolean> =>
  (await runProgram(project, edge)).signal === 'SIGKILL';
