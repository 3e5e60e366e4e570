/** Chains with two faces, wrong ways in, and other things a relay may say to the built page (section 16: 14 and 19). */
import { describe, expect, test } from 'vitest';
import type { WireCode } from '../../../chat-app/protocol/failure.ts';
import { flipped, msg, twoFaced } from '../../chat-app/liar/forging.ts';
import { newPerson } from '../../support/person.ts';
import { addressOf, agree, alarms, CLEAR, saysAndSees, sent, shows, stage, words } from './victim.ts';

const here = stage();
const { unopened, forged } = words;

test('14: one chain id with two seeds, or two signing keys; an envelope bent, or for somebody else', async () => {
  const { alice, bob, her } = await here.aliceAndBob();
  const tell = (line: Uint8Array, keys?: Uint8Array) => here.room.tell(her, msg(line, keys));
  for (const change of ['seed', 'key'] as const) {
    const { keys, line } = twoFaced(bob, her, change);
    tell(line, keys);
  }
  const real = bob.sealed(`${CLEAR} the real one`);
  const keys = real.type === 'first' ? real.keys : new Uint8Array();
  tell(real.msg, flipped(keys));
  her.visit.say({ type: 'key', key: new Uint8Array(keys.slice(0, 56)) });
  tell(real.msg);
  tell(real.msg, keys);
  await alice.sees(`${CLEAR} the real one`);
  const refused = ['chain-commit', 'chain-commit', 'envelope-auth', 'not-for-me'].map(code => unopened('bob', code));
  await shows(alice, ...refused);
  agree(her, bob);
  tell(bob.sealed(`${CLEAR} and the next`).msg);
  await alice.sees(`${CLEAR} and the next`);
  await shows(alice, ...refused);
});

test('an envelope that is not right before its message is void', async () => {
  const { alice, bob, her } = await here.aliceAndBob();
  const real = bob.sealed(`${CLEAR} the real one`);
  const key = new Uint8Array([...(real.type === 'first' ? real.keys.slice(0, 56) : []), ...new Uint8Array(125)]);
  her.visit.say({ type: 'key', key }, { type: 'here', sid: new Uint8Array(8), state: 'here' });
  here.room.tell(her, msg(real.msg));
  await shows(alice, unopened('bob', 'no-chain'));
  here.room.tell(her, msg(real.msg.slice(1)));
  await shows(alice, unopened('bob', 'no-chain'), forged('somebody', 'msg-format'));
});

test('an envelope from nobody who is here', async () => {
  const { alice, her } = await here.aliceAndBob();
  her.visit.say({ type: 'key', key: new Uint8Array(181) });
  here.room.tell(her, msg(new Uint8Array(200)));
  await shows(alice, unopened('somebody', 'unknown-sender'));
});

test.each<[WireCode, string]>([
  ['too-big', 'not sent: it is too long for this relay'],
  ['slow-down', 'sending in'],
  ['unavailable', 'sending in'],
  ['bad-frame', 'not sent: bad-frame'],
])('what a relay says to a line, %s, stands at the line', async (code, state) => {
  const { alice } = await here.aliceAndBob();
  here.room.instead.first = ({ msg: line }, visit) =>
    visit.say({ type: 'no', code, id: line.slice(28, 44), retryMs: 60_000 });
  await alice.say(`${CLEAR} too much?`);
  await alice.page.locator('.message-state', { hasText: state }).waitFor();
  await shows(alice, ...(state.startsWith('not sent') ? [`mark: ${state}`] : []));
});

test('19: one line id of two people: both lines', async () => {
  const { alice, bob } = await here.aliceAndBob();
  const carol = here.puppet('carol');
  carol.come();
  const id = Buffer.alloc(16, 9);
  bob.say(bob.sealed(`${CLEAR} by bob`, { id }));
  carol.say(carol.sealed(`${CLEAR} by carol`, { id }));
  await saysAndSees(bob, alice);
  expect(await alice.lines()).toEqual(['by bob', 'by carol', 'and on we go'].map(line => `${CLEAR} ${line}`));
  await shows(alice);
});

describe('what a relay says to a join', () => {
  test.each<[WireCode, string, number?]>([
    ['door', 'This invitation does not open'],
    ['proof', 'The relay did not accept the proof of your key (proof)'],
    ['bundle-rollback', 'The relay did not let you in (bundle-rollback)'],
    ['name-taken', 'Choose another name, for example alice-2'],
    ['full', 'is full: 50 people are in it', 50],
    ['bundle-version', 'This relay uses a newer version of the chat. Reload the page.'],
  ])('%s stands on the form', async (code, text, limit) => {
    here.room.instead.join = (_, visit) => visit.say({ type: 'no', code, ...(limit && { limit }) });
    const { page, leaveBrowser } = await newPerson(here.browser);
    await page.goto(addressOf(here));
    await page.getByLabel('Your name').fill('alice');
    await page.getByRole('button', { name: /^Join / }).click();
    await page.getByRole('alert').getByText(text).waitFor();
    expect(await alarms(page)).toEqual([]);
    expect(sent(here)).toBe(0);
    await leaveBrowser();
  });

  test('clock: how far it is off', async () => {
    here.liar.hello.time = Date.now() - 12 * 60_000;
    here.room.instead.join = (_, visit) => visit.say({ type: 'no', code: 'clock' });
    const { page, leaveBrowser } = await newPerson(here.browser);
    await page.goto(addressOf(here));
    await page.getByLabel('Your name').fill('alice');
    await page.getByRole('button', { name: /^Join / }).click();
    await page.getByText('Your clock is 12 minutes off; others will refuse your key.').waitFor();
    await leaveBrowser();
  });

  test('another suite: reload, and nothing was sent', async () => {
    here.liar.hello.suites = [2];
    const { page, leaveBrowser } = await newPerson(here.browser);
    await page.goto(addressOf(here));
    await page.getByLabel('Your name').fill('alice');
    await page.getByRole('button', { name: /^Join / }).click();
    await page.getByText('This relay uses a newer version of the chat. Reload the page.').waitFor();
    expect(here.liar.heard).toEqual([]);
    await leaveBrowser();
  });
});

test('inside, a relay of another suite or with another clock: a stop that says so', async () => {
  const { alice } = await here.aliceAndBob();
  here.liar.hello.suites = [2];
  here.room.guest('alice').visit.cut();
  await alice.page.getByRole('alert').getByText('The relay uses a newer version').waitFor();
  await shows(alice, 'stop: Nothing was sent. Reload the page to get the version that it speaks. (suite)');
  Object.assign(here.liar.hello, { suites: [1], time: Date.now() - 12 * 60_000 });
  here.room.instead.resume = (_, visit) => visit.say({ type: 'no', code: 'removed' });
  here.room.instead.join = (_, visit) => visit.say({ type: 'no', code: 'clock' });
  await alice.page.getByRole('button', { name: 'Reload' }).click();
  const clock = 'stop: Your clock is 12 minutes off; others will refuse your key. Set it, then try again. (clock)';
  await shows(alice, clock);
  expect(sent(here)).toBe(0);
});
