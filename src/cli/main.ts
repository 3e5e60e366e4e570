import { readFileSync } from 'node:fs';
import process from 'node:process';
import type { Command, CommanderError } from 'commander';
import type { Shell } from './completion.ts';
import type { CommandSpec } from './manifest.ts';
import { program } from './program.ts';

/** argv in, exit code out. Everything heavy is loaded once it is known what is wanted. */
const main = async (): Promise<void> => {
  const manifest = JSON.parse(readFileSync(new URL('./commands.json', import.meta.url), 'utf8')) as CommandSpec[];
  const root = program(manifest, async invocation => {
    const [word, shell] = invocation.name.split(' ');
    if (word === 'completion') return complete(root, shell as Shell, invocation.global.json === true);
    const { run } = await import('./run.ts');
    process.exitCode = await run(invocation);
  });
  try {
    await (process.argv.length > 2 ? root.parseAsync() : root.help());
  } catch (error) {
    if (!isCommanderError(error)) throw error;
    process.exitCode = ['commander.help', 'commander.helpDisplayed', 'commander.version'].includes(error.code) ? 0 : 2;
  }
};

/** A script is text from the commands: nothing else is loaded for it. */
const complete = async (root: Command, shell: Shell, json: boolean): Promise<void> => {
  const { completionFor } = await import('./completion.ts');
  const script = completionFor(shell, root);
  process.stdout.write(json ? `${JSON.stringify({ shell, script })}\n` : script);
};

const isCommanderError = (error: unknown): error is CommanderError =>
  error instanceof Error && String(Reflect.get(error, 'code')).startsWith('commander.');

await main();
