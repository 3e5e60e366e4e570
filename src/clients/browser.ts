import process from 'node:process';
import { command } from '../core/action.ts';
import type { Client } from '../core/runner.ts';

const OPENERS: Readonly<Record<string, string>> = { darwin: 'open', win32: 'explorer' };

/** Opens an address where there is a desktop, and says it in any case. */
export const browser: Client = async ({ method, request }, { onLine, runner, signal }) => {
  if (method !== 'open') throw new Error(`browser has no ${method}`);
  const url = String(request.url);
  onLine?.(url);
  const file = OPENERS[process.platform] ?? 'xdg-open';
  const tool = {
    file,
    version: ['--version'],
    install: 'https://www.freedesktop.org/wiki/Software/xdg-utils',
    hints: [],
  };
  const outcome = await runner?.run(command(tool, [url], { timeoutMs: 5000 }), { signal });
  return { opened: outcome?.status === 'ok', url };
};
