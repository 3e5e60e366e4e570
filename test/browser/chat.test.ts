/** The built page in Chromium with the built relay: what the people in a room see, and what nobody else may. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { launchChromium } from '../support/chromium.ts';
import { harbour } from '../support/harbour.ts';
import { memoryOf } from '../support/memory.ts';
import { joinRoom, newPerson, startRoom } from '../support/person.ts';

const timeout = 60_000;

const { relay, browser, somebody, aliceAndBob } = harbour();

test('two people talk, and neither the text nor the secret is anywhere else', { timeout }, async () => {
  const { alice, bob, invitation } = await aliceAndBob();
  const sentinel = 'the-lighthouse-keeper-drinks-rosehip-tea';
  await alice.say(`${sentinel} says alice`);
  await bob.sees(`${sentinel} says alice`);
  await bob.say(`${sentinel} says bob`);
  await alice.sees(`${sentinel} says bob`);
  await alice.page.locator('.message-state', { hasText: 'sent' }).waitFor();
  expect(await alice.lines()).toEqual([`${sentinel} says alice`, `${sentinel} says bob`]);
  expect(await bob.lines()).toEqual([`${sentinel} says alice`, `${sentinel} says bob`]);

  const secret = new URL(invitation).hash.slice('#k='.length);
  expect(secret).toHaveLength(43);
  const memory = found(memoryOf(relay().pid()), {
    sentinel,
    secret,
    raw: Buffer.from(secret, 'base64url'),
    name: 'alice',
  });
  if (process.platform === 'linux') expect(memory).toEqual(['name']);
  await relay().stop();
  const seen = [...databaseFiles(), ...alice.frames, ...bob.frames];
  expect(seen.length).toBeGreaterThan(10);
  for (const hidden of [sentinel, secret, Buffer.from(secret, 'base64url')]) {
    expect(seen.filter(bytes => bytes.includes(hidden))).toEqual([]);
  }
  // The same search does find what the relay is told.
  expect(seen.some(bytes => bytes.includes('alice'))).toBe(true);
});

test('the secret leaves the address bar, and no page asks anybody but the relay', { timeout }, async () => {
  const { alice, bob } = await aliceAndBob();
  const asked = new Set<string>();
  bob.page.on('request', request => asked.add(new URL(request.url()).origin));
  await bob.page.reload();
  await bob.page.getByRole('log').waitFor();
  for (const { page } of [alice, bob]) expect(page.url()).toBe(`${relay().origin}/r/harbour`);
  expect([...asked]).toEqual([relay().origin]);
});

test('another link for the room, pasted over the address, is taken out of it and asked about', {
  timeout,
}, async () => {
  const { alice } = await aliceAndBob();
  await alice.page.evaluate(`location.hash = '#k=${'A'.repeat(43)}'`);
  await alice.page.getByText('This browser has another link for this room').waitFor();
  expect(alice.page.url()).toBe(`${relay().origin}/r/harbour`);
});

test('who comes third reads what follows and nothing before', { timeout }, async () => {
  const { alice, bob, invitation } = await aliceAndBob();
  await alice.say('before chen');
  await bob.sees('before chen');
  const chen = await somebody();
  await joinRoom(chen, invitation, 'chen');
  await alice.meets('chen');
  await alice.say('after chen');
  await chen.sees('after chen');
  expect(await chen.lines()).toEqual(['after chen']);
  await chen.page.getByText('An earlier message was sealed for the people then present').waitFor();
});

test('a reload comes back as the same person, and the talk goes on', { timeout }, async () => {
  const { alice, bob } = await aliceAndBob();
  await alice.page.reload();
  await alice.meets('bob');
  await alice.say('back again');
  await bob.sees('back again');
  const bobsList = bob.page.getByRole('list', { name: 'Members' }).getByRole('listitem');
  expect(await bobsList.allTextContents()).toEqual([expect.stringContaining('alice'), expect.stringContaining('bob')]);
  // The same key under the same name: nothing is said about it.
  expect(await bob.page.getByText('has a new key').count()).toBe(0);
});

test('the relay restarts: everybody comes back, and what was written meanwhile arrives once', { timeout }, async () => {
  const { alice, bob } = await aliceAndBob();
  await alice.say('before');
  await bob.sees('before');
  await relay().stop();
  await alice.page.getByText('No connection.').waitFor();
  await alice.say('while it was down');
  await alice.page.locator('.message-state', { hasText: 'queued' }).waitFor();
  await relay().start();
  await bob.sees('while it was down');
  await bob.say('and after');
  await alice.sees('and after');
  expect(await bob.lines()).toEqual(['before', 'while it was down', 'and after']);
  expect(await alice.lines()).toEqual(['before', 'while it was down', 'and after']);
});

test('somebody without the link stays outside, and is told what to ask for', { timeout }, async () => {
  await aliceAndBob();
  const eve = await somebody();
  await eve.page.goto(`${relay().origin}/r/harbour`);
  await eve.page.getByLabel('Your name').fill('eve');
  await eve.page.getByRole('button', { name: 'Join harbour' }).click();
  await eve.page.getByRole('alert').getByText('harbour opens only with its invitation').waitFor();
  expect(await invalidFields(eve.page)).toEqual(['Room']);
});

test('a name that is taken is refused at its field, with another one', { timeout }, async () => {
  const { invitation } = await aliceAndBob();
  const other = await somebody();
  await other.page.goto(invitation);
  await other.page.getByLabel('Your name').fill('bob');
  await other.page.getByRole('button', { name: 'Join harbour' }).click();
  await other.page.getByRole('alert').getByText('for example bob-2').waitFor();
  expect(await invalidFields(other.page)).toEqual(['Your name']);
});

test('a second tab is told, and can take the room over', { timeout }, async () => {
  const { alice, bob } = await aliceAndBob();
  const tab = await newPerson(browser(), alice.page.context());
  await tab.page.goto(`${relay().origin}/r/harbour`);
  await tab.page.getByRole('heading', { name: 'harbour is open in another tab' }).waitFor();
  await tab.page.getByRole('button', { name: 'Use it in this tab' }).click();
  await tab.page.getByRole('log').waitFor();
  await alice.page.getByRole('heading', { name: 'harbour is open in another tab' }).waitFor();
  await bob.say('which of you?');
  await tab.sees('which of you?');
});

test('alone, a line stays here until somebody comes and the answer is yes', { timeout }, async () => {
  const [alice, bob] = [await somebody(), await somebody()];
  await startRoom(alice, relay().origin, { roomId: 'harbour', name: 'alice' });
  await alice.say('for whoever comes');
  await alice.page.getByText('[only you]').waitFor();
  await joinRoom(bob, await alice.invitation(), 'bob');
  await alice.page.getByRole('button', { name: 'Send the line' }).click();
  await bob.sees('for whoever comes');
});

test('a reader who has scrolled up is told what is new, and stays where they are', { timeout }, async () => {
  const { alice, bob } = await aliceAndBob();
  for (let count = 1; count <= 30; count++) await alice.say(`line ${count} of many\nand more of it`);
  await bob.sees('line 30 of many');
  await bob.page.getByRole('log').evaluate(log => log.scrollTo({ top: 0 }));
  await bob.page.getByRole('button', { name: 'Jump to latest' }).waitFor();
  await alice.say('did you see?');
  await bob.page.getByRole('button', { name: 'Jump to latest, 1 new' }).waitFor();
  expect(await bob.page.title()).toBe('(1) harbour · ByteChat');
  expect(await bob.page.getByRole('log').evaluate(log => log.scrollTop)).toBe(0);
  await bob.page.getByRole('button', { name: 'Jump to latest, 1 new' }).click();
  await bob.page.getByText('1 new', { exact: true }).waitFor();
  await expect.poll(() => bob.page.title()).toBe('harbour · ByteChat');
});

test('the composer: several lines, a counter, nothing too long is sent and nothing is cut', { timeout }, async () => {
  const { alice, bob } = await aliceAndBob();
  const field = alice.page.getByRole('textbox', { name: 'Message' });
  await field.fill('first');
  await field.press('Shift+Enter');
  await field.pressSequentially('second');
  await field.press('Enter');
  await bob.sees('first\nsecond');
  const counter = (text: string) => alice.page.getByRole('status').filter({ hasText: text });
  await field.fill('x'.repeat(3599));
  expect(await counter('bytes').count()).toBe(0);
  await field.fill('x'.repeat(3600));
  await counter('3,600 of 4,062 bytes').waitFor();
  await field.fill('é'.repeat(2050));
  await counter('38 bytes too long').waitFor();
  await field.press('Enter');
  expect(await field.inputValue()).toHaveLength(2050);
  expect(await alice.lines()).toEqual(['first\nsecond']);
});

test('an address in a line opens apart, tells nobody where from, and is not fetched', { timeout }, async () => {
  const { alice, bob } = await aliceAndBob();
  await alice.say('see https://example.org/wind.');
  const link = bob.page.getByRole('link', { name: 'https://example.org/wind' });
  expect(await link.getAttribute('rel')).toBe('noopener noreferrer');
  expect(await link.getAttribute('target')).toBe('_blank');
});

test('plain http at another address: the notice, no key, no request to a relay', { timeout }, async () => {
  const mapped = await launchChromium({ args: ['--host-resolver-rules=MAP chat.example.test 127.0.0.1'] });
  const page = await mapped.newPage();
  const asked: string[] = [];
  page.on('request', request => asked.push(new URL(request.url()).pathname));
  page.on('websocket', socket => asked.push(new URL(socket.url()).pathname));
  await page.goto(`http://chat.example.test:${relay().port}/r/harbour#k=${'A'.repeat(43)}`);
  await page.getByRole('alert').getByText('This address cannot keep a secret').waitFor();
  const link = page.getByRole('link', { name: /^https:/ });
  expect(await link.getAttribute('href')).toBe(
    `https://chat.example.test:${relay().port}/r/harbour#k=${'A'.repeat(43)}`,
  );
  expect(asked.filter(path => path === '/ws' || path === '/healthz')).toEqual([]);
  expect(await page.evaluate('indexedDB.databases().then(all => all.length)')).toBe(0);
  await mapped.close();
});

/** Which of these are anywhere in it. */
function found(memory: Iterable<Buffer>, wanted: Record<string, string | Buffer>): string[] {
  const seen = new Set<string>();
  for (const piece of memory)
    for (const [name, what] of Object.entries(wanted)) if (piece.includes(what)) seen.add(name);
  return [...seen];
}

const databaseFiles = (): Buffer[] =>
  readdirSync(relay().dataDir).map(name => readFileSync(join(relay().dataDir, name)));

/** Labels of the fields that are marked as wrong. */
const invalidFields = (page: Page): Promise<string[]> =>
  page.locator('[aria-invalid=true]').evaluateAll(fields => fields.map(field => field.labels[0].textContent));
