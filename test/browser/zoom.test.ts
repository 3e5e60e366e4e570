/** Every screen at 400 % zoom (320 × 256), and in forced colours: what axe-core does not see. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchChromium } from '../support/chromium.ts';
import { type Gallery, serveGallery } from '../support/gallery.ts';
import { screenNames } from '../support/screens.ts';

const timeout = 120_000;

let gallery: Gallery;
let browser: Browser;
beforeAll(async () => {
  [gallery, browser] = await Promise.all([serveGallery(), launchChromium()]);
});
afterAll(async () => {
  await browser.close();
  await gallery.close();
});

const none = Object.fromEntries(screenNames.map(name => [name, []]));

async function onEach(page: Page, look: string): Promise<Record<string, unknown>> {
  const found: Record<string, unknown> = {};
  for (const name of screenNames) {
    await gallery.show(page, name);
    found[name] = await page.evaluate(`(${look})()`);
  }
  await page.close();
  return found;
}

/** Controls that cannot be brought into sight whole, or that something else covers there; and texts that are cut off. */
const hidden = `() => {
  const dialog = document.querySelector('dialog[open]');
  const shown = element => element.checkVisibility() && (!dialog || dialog.contains(element));
  const controls = [...document.querySelectorAll('button, a[href], input, textarea, summary')].filter(shown);
  const unreachable = controls.filter(element => {
    const seen = element.closest('label') ?? element;
    seen.scrollIntoView({ block: 'center', inline: 'nearest' });
    const { left, top, width, height } = seen.getBoundingClientRect();
    const hit = document.elementFromPoint(left + width / 2, top + Math.min(height, innerHeight) / 2);
    return left < 0 || left + width > innerWidth || !hit || !(seen.contains(hit) || hit.contains(seen));
  });
  const cut = [...document.querySelectorAll('.halt p, .banner div, .halt h2')].filter(shown).filter(element => {
    const within = element.closest('.halt, .banners');
    return within.scrollHeight > within.clientHeight + 1;
  });
  const wide = document.documentElement.scrollWidth > innerWidth ? ['scrolls sideways'] : [];
  const named = element => (element.ariaLabel ?? element.textContent ?? element.name).trim().slice(0, 40);
  return [...unreachable.map(named), ...cut.map(element => 'cut off: ' + named(element)), ...wide];
}`;

test('at 400 % every control can be reached, no warning is cut off, nothing scrolls sideways', {
  timeout,
}, async () => {
  const page = await browser.newPage({ viewport: { width: 320, height: 256 }, reducedMotion: 'reduce' });
  expect(await onEach(page, hidden)).toEqual(none);
});

/** Controls without an edge or a line: their grounds are gone. */
const unmarked = `() => {
  const style = element => getComputedStyle(element);
  const edged = element => ['borderTopWidth', 'borderBottomWidth', 'outlineWidth'].some(side => style(element)[side] !== '0px');
  const bare = [...document.querySelectorAll('button, input, textarea')]
    .filter(element => element.checkVisibility() && !element.closest('.unseen'))
    .filter(element => !edged(element) && style(element).textDecorationLine === 'none');
  return bare.map(each => each.ariaLabel ?? each.textContent);
}`;

test('in forced colours every control is marked as one', {
  timeout,
}, async () => {
  const page = await browser.newPage({ viewport: { width: 1200, height: 800 }, forcedColors: 'active' });
  expect(await onEach(page, unmarked)).toEqual(none);
});
