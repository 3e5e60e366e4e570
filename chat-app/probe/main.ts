/**
 * `node probe.js <address> [--timeout <seconds>]`: can people talk through the relay there? Prints one JSON line and
 * exits with 0, `{"ok":true,"roundTripMs":…}`, or with 1, `{"ok":false,"code":…,"why":…}`.
 */
import { ProbeFailure } from './failure.ts';
import { readOptions } from './options.ts';
import type { Result } from './probe.ts';
import { probe } from './probe.ts';

const result = await run(process.argv.slice(2));
process.stdout.write(`${JSON.stringify(result)}\n`);
process.exitCode = result.ok ? 0 : 1;

async function run(args: string[]): Promise<Result> {
  try {
    return await probe(readOptions(args));
  } catch (error) {
    if (error instanceof ProbeFailure) return { ok: false, code: error.code, why: error.message };
    throw error;
  }
}
