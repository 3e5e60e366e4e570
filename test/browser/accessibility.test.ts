/** axe-core over every screen (WCAG 2.2 A and AA, AAA contrast, best practice), at a phone's and a desktop's width. */
import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchChromium } from '../support/chromium.ts';
import { type Gallery, serveGallery } from '../support/gallery.ts';
import { screenNames } from '../support/screens.ts';
import { thorough } from '../support/thorough.ts';

let gallery: Gallery;
let browser: Browser;
beforeAll(async () => {
  [gallery, browser] = await Promise.all([serveGallery(), launchChromium()]);
});
afterAll(async () => {
  await browser.close();
  await gallery.close();
});

/** The themes differ in colours alone, and what is measured of those does not change with every edit. */
const themes = thorough ? ['green', 'amber', 'paper'] : ['green'];

describe.each(themes)('in %s', theme => {
  test.each([320, 1440])('%i px wide nothing is found', { timeout: 300_000 }, async width => {
    const page = await browser.newPage({ viewport: { width, height: 900 }, reducedMotion: 'reduce' });
    const found: Record<string, string[]> = {};
    for (const name of screenNames) {
      await gallery.show(page, name, theme);
      found[name] = [...(await violations(page)), ...(await sideways(page))];
    }
    await page.close();
    expect(found).toEqual(Object.fromEntries(screenNames.map(name => [name, []])));
  });
});

const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice', 'cat.color'];

async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const options = {
    runOnly: tags,
    rules: { 'color-contrast-enhanced': { enabled: true }, 'target-size': { enabled: true } },
  };
  const result = (await page.evaluate(`axe.run(document, ${JSON.stringify(options)})`)) as axe.AxeResults;
  return result.violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`));
}

/** Nothing scrolls sideways. */
async function sideways(page: Page): Promise<string[]> {
  const wide = await page.evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth');
  return wide ? ['scrolls sideways'] : [];
}
