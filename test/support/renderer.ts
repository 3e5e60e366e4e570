import process from 'node:process';
import type { Browser } from 'playwright-core';

/** Ends every renderer of this browser at once, as a crash or the system would: no page hears of it. */
export async function killRenderers(browser: Browser): Promise<void> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  for (const { type, id } of processInfo) if (type === 'renderer') end(id);
}

/** One that has ended by itself meanwhile is no fault. */
function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
