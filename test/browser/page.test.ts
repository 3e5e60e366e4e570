/** The page itself: what it may load and run, what it tells nobody, and what it is made of. */
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { launchChromium } from '../support/chromium.ts';
import { joinRoom, newPerson, startRoom } from '../support/person.ts';
import { type RunningRelay, startRelay } from '../support/relay.ts';

const timeout = 60_000;

let browser: Browser;
let relay: RunningRelay;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());
beforeEach(async () => {
  relay = await startRelay();
});
afterEach(() => relay.dispose());

test('Settings shows the published number of the build, computed from the files', { timeout }, async () => {
  const alice = await newPerson(browser);
  await startRoom(alice, relay.origin, { roomId: 'harbour', name: 'alice' });
  await alice.page.getByRole('button', { name: 'Settings' }).click();
  const shown = await alice.page.locator('.build-hash').textContent();
  const { hash } = (await (await fetch(`${relay.origin}/build.json`)).json()) as { hash: string };
  expect(shown).toBe(hash);
  expect(alice.faults).toEqual([]);
});

test.each(['index', 'start'])('a script that was changed on the way (%s) does not run', { timeout }, async name => {
  const page = await browser.newPage();
  let changed = 0;
  await page.route(`**/assets/${name}-*.js`, async route => {
    const response = await route.fetch();
    changed++;
    await route.fulfill({ response, body: `globalThis.injected = true;\n${await response.text()}` });
  });
  const refused = page.waitForEvent('console', message => message.text().includes('integrity'));
  await page.goto(relay.origin);
  await refused;
  expect(changed).toBeGreaterThan(0);
  expect(await page.evaluate('globalThis.injected')).toBeUndefined();
  expect(await page.getByRole('heading', { name: 'Start a room' }).count()).toBe(0);
  await page.close();
});

test.each([
  ['markup from text', "document.body.innerHTML = '<b>x</b>'"],
  ['a script from text', "document.createElement('script').text = 'globalThis.x = 1'"],
  ['a policy that would allow it', "trustedTypes.createPolicy('default', {})"],
])('%s is refused', { timeout }, async (_, attempt) => {
  const page = await browser.newPage();
  await page.goto(relay.origin);
  await page.getByRole('heading', { name: 'Start a room' }).waitFor();
  await expect(page.evaluate(attempt)).rejects.toThrow(/Trusted|trusted|policy/);
  await page.close();
});

test('the secret is in no address of the history, no console, no error, no log', { timeout }, async () => {
  const [alice, bob] = [await newPerson(browser), await newPerson(browser)];
  const said: string[] = [];
  for (const { page } of [alice, bob]) {
    page.on('console', message => said.push(message.text()));
    page.on('pageerror', error => said.push(String(error.stack)));
    page.on('request', request => said.push(request.url(), request.postData() ?? ''));
  }
  await startRoom(alice, relay.origin, { roomId: 'harbour', name: 'alice' });
  const invitation = await alice.invitation();
  const secret = new URL(invitation).hash.slice('#k='.length);
  await joinRoom(bob, invitation, 'bob');
  await alice.meets('bob');
  await alice.say('hello');
  await bob.sees('hello');
  await bob.page.reload();
  await bob.sees('hello');
  for (const { page } of [alice, bob]) {
    const devtools = await page.context().newCDPSession(page);
    const { entries } = await devtools.send('Page.getNavigationHistory');
    said.push(...entries.flatMap(({ url, title }) => [url, title]));
  }
  expect(secret).toHaveLength(43);
  expect(said.filter(text => text.includes(secret))).toEqual([]);
  expect(said.some(text => text.includes('/r/harbour'))).toBe(true);
});
