/** Each dialog walked by keyboard alone: in, round, out again, and back to where one was. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchChromium } from '../support/chromium.ts';
import { type Gallery, serveGallery } from '../support/gallery.ts';

let gallery: Gallery;
let browser: Browser;
beforeAll(async () => {
  [gallery, browser] = await Promise.all([serveGallery(), launchChromium()]);
});
afterAll(async () => {
  await browser.close();
  await gallery.close();
});

const focused = (page: Page): Promise<string> =>
  page.evaluate(`(() => {
    const at = document.activeElement;
    return at.ariaLabel ?? at.labels?.[0]?.textContent ?? at.textContent.trim();
  })()`);

/** Names of everything that Tab comes to before it is back in the page's own frame. */
async function round(page: Page): Promise<string[]> {
  const names: string[] = [];
  for (let press = 0; press < 30; press++) {
    await page.keyboard.press('Tab');
    if (await page.evaluate('document.activeElement === document.body')) break;
    const name = await focused(page);
    if (names.includes(name)) break;
    names.push(name);
  }
  return names;
}

const dialogs: [screen: string, opener: string, title: string, within: string[]][] = [
  ['room', 'Invite', 'Invite to harbour', ['Close', 'Link', 'Copy link']],
  ['room', 'Verify bob', 'Verify bob', ['Close', 'Copy the number', 'They match', 'They do not match']],
  ['room', 'Number of alice', 'Number of alice', ['Close', 'Copy the number', 'They match', 'They do not match']],
  ['room', 'Check the whole room', 'Check the whole room', ['Close', 'All the same', 'One differs']],
  [
    'room',
    'Settings',
    'Settings',
    [
      'Close',
      'Greenthe default',
      'Scan lines and glow',
      'Reduce motion',
      'Leave the room',
      'Forget this room…',
      'Done',
    ],
  ],
  ['stop', 'Compare numbers', 'Verify bob', ['Close', 'They match', 'They do not match']],
  ['notices', 'Room code', 'Check the whole room', ['All the same']],
];

test.each(dialogs)('%s: %s opens “%s”', { timeout: 60_000 }, async (screen, opener, title, within) => {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await gallery.show(page, screen);
  const button = page.getByRole('button', { name: opener, exact: true }).first();
  await button.focus();
  await page.keyboard.press('Enter');
  await page.getByRole('dialog', { name: title }).waitFor();
  expect(await focused(page)).toBe(title);
  const names = await round(page);
  for (const name of within)
    expect(
      names.some(each => each.startsWith(name)),
      `${name} in ${names}`,
    ).toBe(true);
  expect(
    await page.evaluate("document.activeElement === document.body || !!document.activeElement.closest('dialog')"),
  ).toBe(true);
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await expect.poll(() => button.evaluate(at => at.matches(':focus'))).toBe(true);
  await page.close();
});

test('what follows a dialog gives the focus back too: differ, compare again, close', { timeout: 60_000 }, async () => {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await gallery.show(page, 'room');
  const button = page.getByRole('button', { name: 'Verify bob' });
  await button.focus();
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'They do not match' }).press('Enter');
  await page.getByRole('dialog', { name: 'The numbers with bob differ' }).waitFor();
  expect(await focused(page)).toBe('The numbers with bob differ');
  await page.getByRole('button', { name: 'Compare again' }).press('Enter');
  await page.getByRole('dialog', { name: 'Verify bob' }).waitFor();
  await page.keyboard.press('Escape');
  await expect.poll(() => button.evaluate(at => at.matches(':focus'))).toBe(true);
  await page.close();
});
