/** What a browser keeps (e2ee/1, section 11): through reloads, kills at any moment, full disks and old copies. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { expect, test } from 'vitest';
import { findChromium, quietArguments } from '../support/chromium.ts';
import { copyDatabase, databaseText } from '../support/database.ts';
import { harbourApart } from '../support/harbour.ts';
import { newPerson, type Person, startRoom } from '../support/person.ts';
import { usedTwice } from '../support/sealed-frames.ts';

const timeout = 120_000;

const { relay, hers, room, aliceAndBob } = harbourApart();

/** Another tab of the same profile. */
async function reopened(person: Person): Promise<Person> {
  const again = await newPerson(hers(), person.page.context());
  await again.page.goto(room());
  await again.page.getByRole('log').waitFor();
  return again;
}

const alarms = ({ page }: Person): Promise<string[]> => page.locator('.halt, .banner, .remark.fault').allTextContents();

test('a reload shows the scrollback, and what was written meanwhile', { timeout }, async () => {
  const { alice, bob } = await aliceAndBob();
  await alice.say('one');
  await bob.say('two');
  await alice.sees('two');
  await alice.page.getByRole('textbox', { name: 'Message' }).fill('half a thou');
  const kept = () => databaseText(alice.page.context(), relay().origin);
  await expect.poll(kept).toContain('["harbour","draft"]');
  await alice.page.goto(`${relay().origin}/icon.svg`);
  await bob.say('three');
  await alice.page.goto(room());
  await alice.sees('three');
  expect(await alice.lines()).toEqual(['one', 'two', 'three']);
  expect(await alice.page.getByRole('textbox', { name: 'Message' }).inputValue()).toBe('half a thou');
  expect(await alarms(alice)).toEqual([]);
});

test('nothing that was said, and no secret, can be read in the database', { timeout }, async () => {
  const { alice, bob } = await aliceAndBob();
  const sentinel = 'the-lighthouse-keeper-drinks-rosehip-tea';
  await alice.say(sentinel);
  await bob.sees(sentinel);
  await alice.page.getByRole('textbox', { name: 'Message' }).fill(`${sentinel} as a draft`);
  const secret = new URL(await alice.invitation()).hash.slice('#k='.length);
  await alice.page.reload();
  await alice.sees(sentinel);
  const text = await databaseText(alice.page.context(), relay().origin);
  const raw = Buffer.from(secret, 'base64url').toString('latin1');
  for (const hidden of [sentinel, 'rosehip', 'bob', secret, raw]) expect(text.includes(hidden)).toBe(false);
  expect(text).toContain('["harbour","member"]');
});

test('an old copy of the database, put back: others’ lines come again, once', { timeout }, async () => {
  const { alice, bob } = await aliceAndBob();
  const context = alice.page.context();
  await bob.say('before the copy');
  await alice.sees('before the copy');
  await alice.page.close();
  await copyDatabase(context, relay().origin, 'bytechat', 'copy');
  const second = await reopened(alice);
  await bob.say('after the copy');
  await second.sees('after the copy');
  await second.page.close();
  await copyDatabase(context, relay().origin, 'copy', 'bytechat');
  const third = await reopened(alice);
  await third.sees('after the copy');
  await third.say('here again');
  await bob.sees('here again');
  expect(await third.lines()).toEqual(['before the copy', 'after the copy', 'here again']);
  expect(await alarms(third)).toEqual([]);
});

test('an old copy that has forgotten own lines: a stop, and no key is used twice', { timeout }, async () => {
  const { alice, bob } = await aliceAndBob();
  const context = alice.page.context();
  await alice.say('one');
  await bob.sees('one');
  await alice.page.close();
  await copyDatabase(context, relay().origin, 'bytechat', 'copy');
  const second = await reopened(alice);
  await second.say('two, forgotten');
  await bob.sees('two, forgotten');
  await second.page.close();
  await copyDatabase(context, relay().origin, 'copy', 'bytechat');
  const third = await reopened(alice);
  await third.page.getByText('The relay has changed the history at line').first().waitFor();
  await third.page.getByRole('button', { name: 'Go on from here' }).click();
  await third.say('three');
  await bob.sees('three');
  expect(await bob.lines()).toEqual(['one', 'two, forgotten', 'three']);
  expect(usedTwice([...alice.frames, ...second.frames, ...third.frames])).toEqual([]);
});

test('storage that fills up stops the room, and what was stored is there after a reload', { timeout }, async () => {
  const alice = await newPerson(hers());
  const devtools = await alice.page.context().newCDPSession(alice.page);
  const { origin } = relay();
  await alice.page.goto(`${origin}/icon.svg`);
  await devtools.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 100_000 });
  await startRoom(alice, origin, { roomId: 'harbour', name: 'alice' });
  const full = alice.page.getByRole('alert').getByText('This browser’s storage is full');
  let lines = 0;
  for (; lines < 100 && !(await full.isVisible()); lines++) {
    // Full is full for the draft too: the composer may go before Enter is pressed.
    const said = alice
      .say(`${lines} ${'x'.repeat(4000)}`)
      .then(() => alice.page.locator('.message').nth(lines).waitFor());
    await Promise.race([said, full.waitFor()].map(each => each.catch(() => undefined)));
  }
  expect(lines).toBeLessThan(100);
  const stored = await alice.page.locator('.message', { hasText: '[only you]' }).count();
  await devtools.send('Storage.overrideQuotaForOrigin', { origin });
  await alice.page.getByRole('button', { name: 'Reload' }).click();
  await alice.page.getByRole('textbox', { name: 'Message' }).waitFor();
  expect(await alice.lines()).toHaveLength(stored);
});

test('storage that is full from the start: the wall says so', { timeout }, async () => {
  const { page, leaveBrowser } = await newPerson(hers());
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Storage.overrideQuotaForOrigin', { origin: relay().origin, quotaSize: 1 });
  await page.goto(relay().origin);
  await page.getByRole('heading', { name: 'This browser’s storage is full' }).waitFor();
  await leaveBrowser();
});

test('storage that the browser refuses: the wall says so', { timeout }, async () => {
  const profile = mkdtempSync(join(tmpdir(), 'bytechat-profile-'));
  mkdirSync(join(profile, 'Default'));
  const preferences = { profile: { default_content_setting_values: { cookies: 2 } } };
  writeFileSync(join(profile, 'Default/Preferences'), JSON.stringify(preferences));
  const { path, args } = await findChromium();
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: path,
    args: [...quietArguments, ...args],
  });
  const page = await context.newPage();
  await page.goto(relay().origin);
  await page.getByRole('heading', { name: 'This browser keeps nothing for this page' }).waitFor();
  await context.close();
  rmSync(profile, { recursive: true, force: true, maxRetries: 3 });
});
