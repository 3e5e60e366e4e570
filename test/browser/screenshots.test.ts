/** Pictures of every screen, to look at: `SCREENSHOTS=1 vitest run test/browser/screenshots.test.ts`. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { launchChromium } from '../support/chromium.ts';
import { type Gallery, serveGallery } from '../support/gallery.ts';
import { screenNames } from '../support/screens.ts';

const folder = join(import.meta.dirname, '../screenshots');
const sizes = [
  [320, 640],
  [390, 844],
  [768, 1024],
  [1440, 900],
] as const;

describe.runIf(process.env.SCREENSHOTS)('pictures', () => {
  let gallery: Gallery;
  let browser: Browser;
  beforeAll(async () => {
    mkdirSync(folder, { recursive: true });
    [gallery, browser] = await Promise.all([serveGallery(), launchChromium()]);
  });
  afterAll(async () => {
    await browser.close();
    await gallery.close();
  });

  test.each(sizes)('%i × %i', { timeout: 300_000 }, async (width, height) => {
    const page = await browser.newPage({ viewport: { width, height } });
    for (const name of screenNames) {
      await gallery.show(page, name);
      await page.screenshot({ path: join(folder, `${name}-${width}.png`) });
    }
    await page.close();
  });
});
