import { parseArgs } from 'node:util';
import { SOCKET_PATH } from '../protocol/suite.ts';
import { ProbeFailure } from './failure.ts';

export interface Options {
  /** `ws:` or `wss:`, with the path at which relays take probes. */
  socketUrl: string;
  timeoutMs: number;
}

const DEFAULT_TIMEOUT_S = 10;
const USAGE = 'usage: node probe.js <address of the relay> [--timeout <seconds>]';

/** `args` are without the program. Fails with `usage`. */
export function readOptions(args: string[]): Options {
  const { positionals, values } = parse(args);
  const [address, ...more] = positionals;
  if (address === undefined || more.length > 0) throw new ProbeFailure('usage', USAGE);
  const seconds = Number(values.timeout);
  if (!(seconds > 0)) throw new ProbeFailure('usage', `--timeout takes seconds, not ${values.timeout}; ${USAGE}`);
  return { socketUrl: socketUrl(address), timeoutMs: seconds * 1000 };
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: { timeout: { type: 'string', default: String(DEFAULT_TIMEOUT_S) } },
    });
  } catch (error) {
    throw new ProbeFailure('usage', `${error instanceof Error ? error.message : error}; ${USAGE}`);
  }
}

function socketUrl(address: string): string {
  const url = URL.parse(address);
  if (!url || !/^(https?|wss?):$/.test(url.protocol)) {
    throw new ProbeFailure('usage', `${address} is no http or https address; ${USAGE}`);
  }
  return new URL(`${SOCKET_PATH}?probe`, url.origin.replace(/^http/, 'ws')).href;
}
