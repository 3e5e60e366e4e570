/** The picture for the documentation, of two people and a real relay: `SCREENSHOTS=1 vitest run test/browser/picture.test.ts`. */
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { launchChromium } from '../support/chromium.ts';
import { joinRoom, newPerson, startRoom } from '../support/person.ts';
import { type RunningRelay, startRelay } from '../support/relay.ts';

const file = join(import.meta.dirname, '../../docs/chat.png');

describe.runIf(process.env.SCREENSHOTS)('the picture', () => {
  let relay: RunningRelay;
  let browser: Browser;
  beforeAll(async () => {
    [relay, browser] = await Promise.all([startRelay(), launchChromium()]);
  });
  afterAll(async () => {
    await browser.close();
    await relay.dispose();
  });

  test('of a desktop and a phone in one room', { timeout: 60_000 }, async () => {
    const mira = await newPerson(
      browser,
      await browser.newContext({ viewport: { width: 1110, height: 600 }, bypassCSP: true }),
    );
    const bob = await newPerson(
      browser,
      await browser.newContext({ viewport: { width: 360, height: 600 }, bypassCSP: true }),
    );
    await startRoom(mira, relay.origin, { roomId: 'harbour', name: 'mira' });
    await joinRoom(bob, await mira.invitation(), 'bob');
    await mira.meets('bob');
    const talk = [
      [bob, 'The ferry leaves at nine. Who has the keys to the boat house?'],
      [mira, 'I do. I will be there at half past eight.'],
      [bob, 'The forecast: https://example.org/harbour/wind'],
      [mira, 'Then I bring coffee. The list, take what you like:\n- ropes, 4\n- life vests, 6\n- the big torch'],
      [bob, 'I take the ropes and two vests.'],
    ] as const;
    for (const [who, text] of talk) {
      await who.say(text);
      await Promise.all([mira.sees(text), bob.sees(text)]);
    }
    await mira.page.locator('.message-state', { hasText: 'sent' }).nth(1).waitFor();
    await bob.page.locator('.message-state', { hasText: 'sent' }).nth(2).waitFor();
    for (const { page } of [mira, bob]) await page.addStyleTag({ content: plainGround });
    await beside(browser, [mira.page, bob.page]);
  });
});

/** Scan lines and a gradient make a large file of a small picture. */
const plainGround = ':root { --scan: 0; } .log { background: none; }';

async function beside(browser: Browser, pages: Page[]): Promise<void> {
  const shots = await Promise.all(pages.map(page => page.screenshot()));
  const images = shots.map(shot => `<img src="data:image/png;base64,${shot.toString('base64')}">`);
  const sheet = await browser.newPage({ viewport: { width: 1502, height: 624 } });
  await sheet.setContent(
    `<style>body{margin:0;padding:12px;display:flex;gap:8px;background:#1c3a27}img{display:block}</style>${images.join('')}`,
  );
  await sheet.screenshot({ path: file });
}
