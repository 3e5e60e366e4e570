/**
 * The relay as a program: `node relay.js [backup <file> | restore <file>]`, configured by the environment (config.ts);
 * logs are JSON lines on stdout.
 */
import { readCommand } from './commands.ts';
import type { Config } from './config.ts';
import { readConfig } from './config.ts';
import { limitGarbage } from './garbage.ts';
import type { Log } from './log.ts';
import { jsonLog } from './log.ts';
import { Problem, reasonOf } from './problem.ts';
import { startService } from './service.ts';
import { standBy } from './standby.ts';

/** The environment was wrong. */
const EXIT_INPUT = 2;
const EXIT_FAILED = 1;

const write = (line: string): void => {
  process.stdout.write(line);
};

try {
  const command = readCommand(process.argv.slice(2));
  const config = readConfig(process.env, import.meta.dirname);
  const log = jsonLog(config.logLevel, write);
  await (command ?? serve)(config, log);
} catch (error) {
  fail(error);
}

async function serve(config: Config, log: Log): Promise<void> {
  limitGarbage();
  const start = () => startService(config, log);
  const running = config.standbySocket === undefined ? await start() : await standBy(config, log, start);
  stopOnSignal(async signal => {
    log.info('stopping', { signal });
    await running.stop();
    log.info('stopped');
  });
}

/** The first signal stops in order; a second one of its kind ends the process at once. */
function stopOnSignal(stop: (signal: string) => Promise<void>): void {
  let stopping = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      if (!stopping) stop(signal).catch(fail);
      stopping = true;
    });
  }
}

function fail(error: unknown): void {
  const code = error instanceof Problem ? error.code : 'fault';
  jsonLog('error', write).error(reasonOf(error), { code });
  process.exitCode = code === 'config' || code === 'usage' ? EXIT_INPUT : EXIT_FAILED;
}
