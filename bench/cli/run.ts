/**
 * How long the command line takes to answer, as ratios to an empty Node.js of the same version, measured side by side:
 * `node bench/cli/run.ts [rounds]`. Each round runs every command once, in a new random order; the ratio of a command is
 * the median of its ratios within the rounds, with the lowest and the highest.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { median, rangeOf, shuffled } from '../rounds.ts';

const program = join(dirname(dirname(import.meta.dirname)), 'bin', 'bytechat.js');
const rounds = Number(process.argv[2] ?? 21);
const project = mkdtempSync(join(tmpdir(), 'bytechat-bench-'));
writeFileSync(join(project, 'empty.cjs'), '');
writeFileSync(join(project, 'bytechat.yaml'), 'chat:\n  port: 5781-5789\n');

const commands: Readonly<Record<string, readonly string[]>> = {
  'an empty Node.js': [join(project, 'empty.cjs')],
  'bytechat --version': [program, '--version'],
  'bytechat --help': [program, '--help'],
  'bytechat validate --target local': [program, 'validate', '--target', 'local'],
  'bytechat deploy, nothing changed': [program, 'deploy'],
};
/** What each may cost: a ratio, or ms beyond 1.5 times `--version`. */
const limits: Readonly<Record<string, string>> = {
  'bytechat --version': '1.3',
  'bytechat --help': '2',
  'bytechat validate --target local': '6',
  'bytechat deploy, nothing changed': '1.5 x --version + 300 ms',
};

const time = (args: readonly string[]): number => {
  const started = performance.now();
  const { status } = spawnSync(process.execPath, args, { cwd: project, stdio: 'ignore' });
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}`);
  return performance.now() - started;
};

try {
  for (const args of Object.values(commands)) time(args);
  const times: Record<string, number[]> = Object.fromEntries(Object.keys(commands).map(name => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const name of shuffled(Object.keys(commands))) times[name]?.push(time(commands[name] ?? []));
  }
  const empty = times['an empty Node.js'] ?? [];
  process.stdout.write('| command | median ms | ratio [lowest..highest] | limit |\n| --- | --- | --- | --- |\n');
  for (const [name, own] of Object.entries(times)) {
    const ratios = own.map((ms, round) => ms / (empty[round] ?? ms));
    const range = rangeOf(ratios);
    process.stdout.write(`| ${name} | ${median(own).toFixed(0)} | ${range} | ${limits[name] ?? ''} |\n`);
  }
} finally {
  spawnSync(process.execPath, [program, 'destroy', '--data', '--yes', '--quiet'], { cwd: project, stdio: 'ignore' });
  rmSync(project, { recursive: true, force: true });
}
