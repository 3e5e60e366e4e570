/** Comforts of writing, in the built page: changing, answering, reacting, typing, settings; all by keyboard. */
import { expect, test } from 'vitest';
import { harbour } from '../support/harbour.ts';
import type { Person } from '../support/person.ts';

const timeout = 60_000;

const { relay, aliceAndBob } = harbour();

const field = ({ page }: Person) => page.getByRole('textbox', { name: 'Message' });

test('Up changes the last line; Escape gives up and brings the draft back', { timeout }, async () => {
  const { alice, bob } = await aliceAndBob();
  await alice.say('at nine');
  await bob.sees('at nine');
  await field(alice).press('ArrowUp');
  expect(await field(alice).inputValue()).toBe('at nine');
  await field(alice).press('Escape');
  expect(await field(alice).inputValue()).toBe('');
  await field(alice).press('ArrowUp');
  await field(alice).fill('at ten');
  await field(alice).press('Enter');
  await bob.sees('at ten');
  expect(await bob.lines()).toEqual(['at ten (changed)']);
  await bob.page.reload();
  await bob.sees('at ten (changed)');
});

test('an answer, a reaction and a deletion reach the other side', { timeout }, async () => {
  const { alice, bob } = await aliceAndBob();
  await alice.say('who comes?');
  await bob.sees('who comes?');
  const more = (person: Person, whose: string) => person.page.getByRole('button', { name: `More about ${whose}` });
  await more(bob, 'alice’s line').click();
  await bob.page.getByRole('button', { name: 'React: thumbs up' }).click();
  await alice.page.getByRole('list', { name: 'Reactions' }).getByText('bob').waitFor();
  await more(bob, 'alice’s line').click();
  await bob.page.getByRole('button', { name: 'Reply' }).click();
  await field(bob).pressSequentially('I do');
  await field(bob).press('Enter');
  await alice.page.locator('.message', { hasText: 'alice: who comes?' }).getByText('I do').waitFor();
  await more(alice, 'your line').click();
  await alice.page.getByRole('button', { name: 'Delete' }).click();
  await alice.page.getByRole('button', { name: 'Yes, delete it for everybody' }).click();
  await bob.sees('(deleted)');
});

test('the other side sees that somebody is typing, and not what', { timeout }, async () => {
  const { alice, bob } = await aliceAndBob();
  await alice.say('hello');
  await bob.sees('hello');
  await field(alice).pressSequentially('secret');
  await bob.page.getByRole('status').getByText('alice is typing').waitFor();
  await field(alice).press('Enter');
  await bob.sees('secret');
  await bob.page.getByText('alice is typing').waitFor({ state: 'detached' });
});

test('settings are kept: the theme, and that Ctrl+Enter sends', { timeout }, async () => {
  const { alice, bob } = await aliceAndBob();
  await alice.page.getByRole('button', { name: 'Settings' }).click();
  await alice.page.getByRole('radio', { name: 'Amber' }).check();
  await alice.page.getByRole('checkbox', { name: 'Enter sends' }).uncheck();
  await alice.page.getByRole('button', { name: 'Done' }).click();
  await alice.page.reload();
  await field(alice).waitFor();
  expect(await alice.page.locator('html').getAttribute('data-theme')).toBe('amber');
  await field(alice).pressSequentially('one');
  await field(alice).press('Enter');
  await field(alice).pressSequentially('two');
  await field(alice).press('Control+Enter');
  await bob.sees('one\ntwo');
});

test('a notification names who and where, never what', { timeout }, async () => {
  const { alice, bob } = await aliceAndBob();
  await alice.page.context().grantPermissions(['notifications'], { origin: relay().origin });
  await alice.page.evaluate(`
    globalThis.told = [];
    globalThis.Notification = class extends Notification {
      constructor(title, options) { super(title, options); told.push(title + ': ' + options.body); }
    };`);
  await alice.page.getByRole('button', { name: 'Settings' }).click();
  await alice.page.getByRole('checkbox', { name: 'Tell me of new lines' }).check();
  await alice.page.getByRole('button', { name: 'Done' }).click();
  await bob.say('seen at once');
  await alice.sees('seen at once');
  // A browser without a window never hides a tab.
  await alice.page.evaluate("Object.defineProperty(document, 'visibilityState', { get: () => 'hidden' })");
  await bob.say('the gate code is 4821');
  await expect.poll(() => alice.page.evaluate('told')).toEqual(['harbour: bob wrote']);
});

test('a forgotten room is gone after one question', { timeout }, async () => {
  const { alice, bob } = await aliceAndBob();
  await bob.say('remember me');
  await alice.sees('remember me');
  await alice.page.getByRole('button', { name: 'Settings' }).click();
  await alice.page.getByRole('button', { name: 'Forget this room…' }).click();
  await alice.page.getByRole('button', { name: 'Keep it' }).click();
  await alice.page.getByRole('button', { name: 'Settings' }).click();
  await alice.page.getByRole('button', { name: 'Forget this room…' }).click();
  await alice.page.getByRole('button', { name: 'Forget it' }).click();
  await alice.page.getByRole('heading', { name: 'Join a room' }).waitFor();
  await bob.page.getByText('alice left').waitFor();
  await alice.page.goto(`${relay().origin}/r/harbour`);
  await alice.page.getByLabel('Your name').fill('alice');
  await alice.page.getByRole('button', { name: 'Join harbour' }).click();
  await alice.page.getByRole('alert').getByText('harbour opens only with its invitation').waitFor();
});
