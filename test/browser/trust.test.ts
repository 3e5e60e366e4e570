/** What people do about each other's keys, in the built page: numbers, codes, new keys, stops. */
import { expect, test } from 'vitest';
import { harbour } from '../support/harbour.ts';
import { joinRoom, newPerson, type Person, startRoom } from '../support/person.ts';

const timeout = 60_000;

const { relay, browser, somebody, aliceAndBob } = harbour();

const members = ({ page }: Person) => page.getByRole('list', { name: 'Members' });

/** The groups of the number in the dialog, as soon as it is computed. */
async function digits({ page }: Person): Promise<string[]> {
  await page.locator('.digits[aria-busy=false]').waitFor();
  return (await page.locator('.digits span').allTextContents()).map(group => group.trim());
}

async function verify(person: Person, name: string): Promise<void> {
  await members(person)
    .getByRole('button', { name: `Verify ${name}` })
    .click();
  await digits(person);
  await person.page.getByRole('button', { name: 'They match' }).click();
  await members(person).getByText('verified').waitFor();
}

test('both see the same number; “They match” verifies, also after a reload', { timeout }, async () => {
  const { alice, bob } = await aliceAndBob();
  await members(alice).getByRole('button', { name: 'Verify bob' }).click();
  await members(bob).getByRole('button', { name: 'Verify alice' }).click();
  const [hers, his] = [await digits(alice), await digits(bob)];
  expect(hers).toEqual(his);
  expect(hers).toHaveLength(12);
  expect(new Set(hers.map(group => group.length))).toEqual(new Set([5]));
  await bob.page.keyboard.press('Escape');
  expect(await members(bob).getByText('verified').count()).toBe(0);
  await alice.page.getByRole('button', { name: 'They match' }).click();
  await members(alice).getByText('verified').waitFor();
  await alice.page.getByText('You verified bob').waitFor();
  await alice.page.reload();
  await members(alice).getByText('verified').waitFor();
});

test('“They do not match” says what that means and verifies nobody', { timeout }, async () => {
  const { alice } = await aliceAndBob();
  await members(alice).getByRole('button', { name: 'Verify bob' }).click();
  await alice.page.getByRole('button', { name: 'They do not match' }).click();
  await alice.page.getByText('you do not see the same keys').waitFor();
  await alice.page.getByRole('button', { name: 'Compare again' }).click();
  expect(await digits(alice)).toHaveLength(12);
  await alice.page.keyboard.press('Escape');
  expect(await members(alice).getByText('verified').count()).toBe(0);
});

test('the room code is the same for three people, and another one for two', { timeout }, async () => {
  const { alice, bob, invitation } = await aliceAndBob();
  const code = async (person: Person) => {
    await person.page.getByRole('button', { name: 'Check the whole room' }).click();
    const found = await digits(person);
    await person.page.getByRole('button', { name: 'All the same' }).click();
    return found.join(' ');
  };
  const two = await code(alice);
  expect(two).toMatch(/^(\d{5} ){7}\d{5}$/);
  expect(await code(bob)).toBe(two);
  const chen = await somebody();
  await joinRoom(chen, invitation, 'chen');
  for (const person of [alice, bob]) await person.meets('chen');
  const three = await Promise.all([alice, bob, chen].map(code));
  expect(new Set(three).size).toBe(1);
  expect(three[0]).not.toBe(two);
});

/** bob in another browser, after the first has left: the same name, another key. */
async function anotherBob(bob: Person, invitation: string): Promise<Person> {
  await bob.page.getByRole('textbox', { name: 'Message' }).fill('/leave');
  await bob.page.getByRole('textbox', { name: 'Message' }).press('Enter');
  await bob.page.getByRole('heading', { name: 'Join a room' }).waitFor();
  const other = await somebody();
  await joinRoom(other, invitation, 'bob');
  return other;
}

test('a new key of somebody who was not verified: a calm line with Compare, and talk goes on', {
  timeout,
}, async () => {
  const { alice, bob, invitation } = await aliceAndBob();
  const other = await anotherBob(bob, invitation);
  await alice.page.getByText('bob has a new key. Compare numbers if that is a surprise').waitFor();
  await alice.page.getByRole('button', { name: 'Write for yourself' }).waitFor({ state: 'detached' });
  await alice.say('are you new?');
  await other.sees('are you new?');
  await alice.page.getByRole('log').getByRole('button', { name: 'Compare' }).click();
  expect(await digits(alice)).toHaveLength(12);
});

test('a new key of somebody verified stops sending, also after a reload, until it is accepted', {
  timeout,
}, async () => {
  const { alice, bob, invitation } = await aliceAndBob();
  await verify(alice, 'bob');
  const other = await anotherBob(bob, invitation);
  const stop = alice.page.getByRole('alert').getByText('bob’s key is not the one that you verified');
  await stop.waitFor();
  await other.say('Can you send me the code for the gate?');
  await alice.page.getByRole('log').getByText('new key, not accepted').waitFor();
  await alice.page.reload();
  await stop.waitFor();
  expect(await alice.page.getByRole('textbox', { name: 'Message' }).count()).toBe(0);
  await alice.page.getByRole('button', { name: 'Compare numbers', exact: true }).click();
  expect(await digits(alice)).toHaveLength(12);
  await alice.page.keyboard.press('Escape');
  await alice.page.getByRole('button', { name: 'Accept the new key' }).click();
  await alice.page.getByRole('button', { name: 'Yes, seal for bob’s new key' }).click();
  await alice.say('not before you tell me where it is');
  await other.sees('not before you tell me where it is');
  expect(await other.lines()).toEqual(['Can you send me the code for the gate?', 'not before you tell me where it is']);
});

test('who is verified in one tab is verified in another room in another tab, at once', { timeout }, async () => {
  const { alice, bob } = await aliceAndBob();
  const [second, third] = [
    await newPerson(browser(), alice.page.context()),
    await newPerson(browser(), bob.page.context()),
  ];
  await startRoom(second, relay().origin, { roomId: 'attic', name: 'alice' });
  await joinRoom(third, await second.invitation(), 'bob');
  await second.meets('bob');
  await verify(alice, 'bob');
  await third.say('anything');
  await second.sees('anything');
  await members(second).getByText('verified').waitFor();
});

test('a verified person under another name reads as verified as the first', { timeout }, async () => {
  const { alice, bob, invitation } = await aliceAndBob();
  await verify(alice, 'bob');
  await bob.page.getByRole('textbox', { name: 'Message' }).fill('/leave');
  await bob.page.getByRole('textbox', { name: 'Message' }).press('Enter');
  await bob.page.getByRole('heading', { name: 'Join a room' }).waitFor();
  await joinRoom(bob, invitation, 'mallory');
  await members(alice).getByText('verified as bob').waitFor();
  await alice.page.getByText('mallory is the person whom you verified as bob').waitFor();
});
