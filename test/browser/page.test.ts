/** The page itself: what it may load and run, what it tells nobody, and what it is made of. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { launchChromium } from '../support/chromium.ts';
import { joinRoom, newPerson, startRoom } from '../support/person.ts';
import { built, type RunningRelay, startRelay } from '../support/relay.ts';

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

const assets = readdirSync(join(built, 'client/assets')).filter(name => /\.(js|css)$/.test(name));

test.each(assets.filter(name => name.endsWith('.js')))(
  'a script that was changed on the way (%s) does not run',
  {
    timeout,
  },
  async name => {
    const page = await browser.newPage();
    let changed = 0;
    await page.route(`**/assets/${name}`, async route => {
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
  },
);

test.each(assets.filter(name => name.endsWith('.css')))(
  'a style that was changed on the way (%s) is not applied',
  {
    timeout,
  },
  async name => {
    const page = await browser.newPage();
    await page.route(`**/assets/${name}`, async route => {
      const response = await route.fetch();
      await route.fulfill({ response, body: `h1 { color: rgb(1, 2, 3) !important }\n${await response.text()}` });
    });
    const refused = page.waitForEvent('console', message => message.text().includes('integrity'));
    await page.goto(relay.origin);
    await refused;
    const heading = page.getByRole('heading', { name: 'Start a room' });
    await heading.waitFor();
    expect(await page.evaluate("getComputedStyle(document.querySelector('h1')).color")).not.toBe('rgb(1, 2, 3)');
    await page.close();
  },
);

test('everything that the page loads by a link or a script has its hash', async () => {
  const html = await (await fetch(relay.origin)).text();
  const loaded = [...html.matchAll(/<(?:script|link)[^>]*"\/(assets\/[^"]+)"[^>]*>/g)];
  expect(loaded.map(([, path]) => path).toSorted()).toEqual(assets.map(name => `assets/${name}`).toSorted());
  expect(loaded.filter(([tag]) => !/integrity="sha384-[\w+/]{64}"/.test(tag))).toEqual([]);
});

/** What a script that got in would try, and which rule of the policy is in its way. */
const attempts: [what: string, attempt: string, rule: string][] = [
  ['asks another origin', "fetch('https://example.org/').catch(() => undefined)", 'connect-src'],
  ['opens a socket to another origin', "new WebSocket('wss://example.org/')", 'connect-src'],
  ['sends a beacon', "navigator.sendBeacon('https://example.org/', 'x')", 'connect-src'],
  ['loads a picture', "new Image().src = 'https://example.org/x.png'", 'img-src'],
  [
    'frames another page',
    "document.body.append(Object.assign(document.createElement('iframe'), { src: 'https://example.org/' }))",
    'frame-src',
  ],
  [
    'sends a form',
    "const form = document.createElement('form'); form.action = 'https://example.org/'; document.body.append(form); form.submit()",
    'form-action',
  ],
  [
    'moves the base',
    "document.head.append(Object.assign(document.createElement('base'), { href: 'https://example.org/' }))",
    'base-uri',
  ],
  [
    'styles by a text',
    "document.head.append(Object.assign(document.createElement('style'), { textContent: 'h1 { color: red }' }))",
    'style-src-elem',
  ],
  [
    'loads a style',
    "document.head.append(Object.assign(document.createElement('link'), { rel: 'stylesheet', href: 'https://example.org/x.css' }))",
    'style-src-elem',
  ],
  ['plays a sound', "new Audio('https://example.org/x.mp3').load()", 'media-src'],
];

test('what a script that got in would try is stopped', { timeout }, async () => {
  const page = await browser.newPage();
  await page.goto(relay.origin);
  await page.getByRole('heading', { name: 'Start a room' }).waitFor();
  for (const [what, attempt, rule] of attempts) {
    const refused = await page.evaluate(`new Promise(resolve => {
      addEventListener('securitypolicyviolation', event => resolve(event.effectiveDirective), { once: true });
      ${attempt};
    })`);
    expect([what, refused]).toEqual([what, rule]);
  }
  await page.close();
});

test('no text becomes a program', { timeout }, async () => {
  const page = await browser.newPage();
  await page.goto(relay.origin);
  await page.getByRole('heading', { name: 'Start a room' }).waitFor();
  for (const attempt of ["eval('1')", "new Function('return 1')()", "new Worker('data:,1')"]) {
    // In a turn of its own: what the debugger itself evaluates is excepted from the policy.
    const outcome = await page.evaluate(`new Promise(resolve => setTimeout(() => {
      try { ${attempt}; resolve('it ran'); } catch (error) { resolve(error.name); }
    }))`);
    expect([attempt, outcome]).toEqual([attempt, expect.stringMatching(/^(EvalError|TypeError|SecurityError)$/)]);
  }
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
  // The relay's log says that it serves, and nothing of whom.
  expect(relay.logged.join('\n')).toContain('listening');
  for (const hidden of [secret, 'harbour', 'alice', 'hello', '127.0.0.1:'])
    expect(relay.logged.filter(line => line.includes(hidden))).toEqual([]);
});
