import type { Page } from 'playwright-core';

/**
 * When the machine's network changes (a container starts, say) Chromium drops what it is loading, and a page without one
 * of its modules stays empty: it is loaded again then.
 */
export function loadAgain(page: Page): void {
  let asked: Promise<unknown> | undefined;
  page.on('requestfailed', request => {
    const dropped = request.failure()?.errorText === 'net::ERR_NETWORK_CHANGED';
    if (!dropped || request.resourceType() !== 'script' || asked) return;
    // A page that is closed meanwhile needs nothing.
    asked = page
      .reload()
      .catch(() => undefined)
      .finally(() => {
        asked = undefined;
      });
  });
}
