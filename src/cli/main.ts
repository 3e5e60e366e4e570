import { readFileSync } from 'node:fs';
import process from 'node:process';
import type { Command, CommanderError } from 'commander';
import type { Shell } from './completion.ts';
import type { CommandSpec } from './manifest.ts';
import { type Invocation, program } from './program.ts';

/** argv in, exit code out. Everything heavy is loaded once it is known what is wanted. */
const main = async (): Promise<void> => {
  const manifest = read('./commands.json') as CommandSpec[];
  const { version } = read('../package.json') as { version: string };
  const handle = async (invocation: Invocation): Promise<void> => {
    const [word, shell] = invocation.name.split(' ');
    if (word === 'completion') return complete(root, shell as Shell, invocation.global.json === true);
    const { run } = await import('./run.ts');
    process.exitCode = await run(invocation);
  };
  const root = program(manifest, handle, version);
  try {
    await (process.argv.length > 2 ? root.parseAsync() : root.help());
  } catch (error) {
    if (!isCommanderError(error)) throw error;
    process.exitCode = ['commander.help', 'commander.helpDisplayed', 'commander.version'].includes(error.code) ? 0 : 2;
  }
};

/** What the build has put beside this program. */
const read = (file: string): unknown => JSON.parse(readFileSync(new URL(file, import.meta.url), 'utf8'));

/** A script is text from the commands: nothing else is loaded for it. */
const complete = async (root: Command, shell: Shell, json: boolean): Promise<void> => {
  const { completionFor } = await import('./completion.ts');
  const script = completionFor(shell, root);
  process.stdout.write(json ? `${JSON.stringify({ shell, script })}\n` : script);
};

const isCommanderError = (error: unknown): error is CommanderError =>
  error instanceof Error && String(Reflect.get(error, 'code')).startsWith('commander.');

/** Whoever reads the output may have enough of it (`bytechat history | head`): that is no failure. */
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', error => {
    if (Reflect.get(error, 'code') !== 'EPIPE') throw error;
    process.exit(process.exitCode ?? 0);
  });
}

await main();
