/** What the program does besides serving: `relay.js backup <file>` and `relay.js restore <file>`. */
import { resolve } from 'node:path';
import type { Config } from './config.ts';
import type { Log } from './log.ts';
import { Problem } from './problem.ts';
import { backUp } from './store/backup.ts';
import { restore } from './store/restore.ts';

const USAGE = 'usage: relay.js [backup <file> | restore <file>]';

type Command = (config: Pick<Config, 'dataDir'>, log: Log, file: string) => Promise<void>;

const COMMANDS: Readonly<Record<string, Command>> = {
  backup: async ({ dataDir }, log, file) => {
    await backUp(dataDir, file);
    log.info('backed up', { file });
  },
  restore: async ({ dataDir }, log, file) => {
    log.info('restored', { file, kept: restore(dataDir, file) });
  },
};

/** `args` are without the program. Undefined: serve. Throws `usage`. */
export function readCommand(args: readonly string[]): ((config: Config, log: Log) => Promise<void>) | undefined {
  const [name, file, ...more] = args;
  if (name === undefined) return undefined;
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!command || file === undefined || more.length > 0) throw new Problem('usage', USAGE);
  return (config, log) => command(config, log, resolve(file));
}
