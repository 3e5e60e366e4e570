/** What a relay may try with who somebody is, against the built page (section 16: 1 and 2). */
import { describe, expect, test } from 'vitest';
import { puppet } from '../../chat-app/liar/puppet.ts';
import { Room } from '../../chat-app/liar/room.ts';
import { newPair } from '../../chat-app/second/implementation/primitives.ts';
import type { Person } from '../../support/person.ts';
import { CLEAR, members, saysAndSees, sealedFor, sent, shows, sidOf, stage, words } from './victim.ts';

const here = stage();

const row = ({ page }: Person, name: string) =>
  page.getByRole('list', { name: 'Members' }).getByRole('listitem').filter({ hasText: name });

/** The number that this person would read aloud. */
async function numberWith({ page }: Person, name: string): Promise<string> {
  await page.getByRole('button', { name: `Verify ${name}` }).click();
  await page.locator('.digits[aria-busy=false]').waitFor();
  const groups = await page.locator('.digits span').allTextContents();
  await page.keyboard.press('Escape');
  return groups.map(group => group.trim()).join(' ');
}

async function verify({ page }: Person, name: string): Promise<void> {
  await page.getByRole('button', { name: `Verify ${name}` }).click();
  await page.getByRole('button', { name: 'They match' }).click();
  await page.getByText(`You verified ${name}`).waitFor();
}

describe('1: keys swapped when two people meet', () => {
  test.each([
    ['no link', undefined],
    ['a link of its own', Buffer.alloc(32, 1)],
  ])('in a room with a link, by who has %s: an outsider, and nothing leaves', async (_, secret) => {
    const alice = await here.victim('alice');
    here.puppet('bob', { secret }).come();
    await shows(alice, ...words.outsider('bob'));
    await alice.say(`${CLEAR} for bob`);
    await alice.page.getByText('[only you]').waitFor();
    expect(sent(here)).toBe(0);
    expect(await members(alice)).toEqual(['alice']);
    await alice.page.getByRole('button', { name: 'Only you are here' }).waitFor();
  });

  test('in a room without a link: all is read, nothing is shown, and both numbers differ', async () => {
    const { room } = here;
    const alice = await here.victim('alice', { linked: false });
    const toAlice = here.puppet('bob', { secret: undefined });
    toAlice.come();
    await alice.meets('bob');
    // bob is led into a room that only looks like hers, with somebody who calls herself alice.
    const shadow = new Room(room.id);
    const toBob = puppet(shadow, 'alice', { secret: undefined });
    toBob.come();
    room.instead.join = (frame, visit) => shadow.honestly(frame, visit);
    const bob = await here.victim('bob', { linked: false });
    await bob.meets('alice');
    await alice.say('who reads this?');
    await expect.poll(() => toAlice.happened.filter(({ what }) => what === 'line').length).toBe(1);
    await saysAndSees(toBob, bob, 'who reads this?');
    await shows(alice);
    await shows(bob);
    await alice.page.getByRole('button', { name: 'Sealed for bob and you, unverified' }).waitFor();
    const [hers, his] = [await numberWith(alice, 'bob'), await numberWith(bob, 'alice')];
    expect(hers).toMatch(/^(\d{5} ){11}\d{5}$/);
    expect(hers).not.toBe(his);
  });
});

describe('2: another key under a name', () => {
  const aliceAndBob = async () => {
    const alice = await here.victim('alice');
    const bob = here.puppet('bob');
    bob.come();
    await alice.meets('bob');
    return { alice, bob };
  };
  const calm = 'calm: bob has a new key. Compare numbers if that is a surprise';
  const stop = [
    'line: bob, whom you verified, shows another key',
    'calm: You verified bob',
    'stop: bob’s key is not the one that you verified. It may be a new phone, or somebody answers in bob’s place. Nothing that you type leaves this browser until you decide. (verified-key-changed)',
  ];

  test('that was not verified: a calm line, and sending goes on', async () => {
    const { alice, bob } = await aliceAndBob();
    here.room.leave(bob.guest());
    const other = here.puppet('bob');
    other.come();
    await shows(alice, calm);
    await alice.say(`${CLEAR} are you new?`);
    await expect.poll(() => sealedFor(here)).toEqual([[sidOf(other)]]);
    expect(await row(alice, 'bob').textContent()).toContain('new key');
  });

  test('that was verified: nothing leaves until it is accepted, also after a reload; lines are marked', async () => {
    const { alice, bob } = await aliceAndBob();
    await verify(alice, 'bob');
    here.room.leave(bob.guest());
    const other = here.puppet('bob');
    other.come();
    await shows(alice, ...stop);
    await alice.page.getByRole('button', { name: 'Sending has stopped: bob’s key' }).waitFor();
    expect(await alice.page.getByRole('textbox', { name: 'Message' }).count()).toBe(0);
    await saysAndSees(other, alice, `${CLEAR} it is me`);
    const [line = '', verified = '', halt = ''] = stop;
    const marked = [line, verified, 'mark: new key, not accepted', halt];
    await shows(alice, ...marked);
    await alice.page.reload();
    await shows(alice, ...marked);
    expect(sent(here)).toBe(0);
    await alice.page.getByRole('button', { name: 'Accept the new key' }).click();
    await alice.page.getByRole('button', { name: 'Yes, seal for bob’s new key' }).click();
    await alice.say(`${CLEAR} then here it is`);
    await expect.poll(() => sealedFor(here)).toEqual([[sidOf(other)]]);
  });

  test('that was verified: the stop ends when it leaves, and comes back with it', async () => {
    const { alice, bob } = await aliceAndBob();
    const carol = here.puppet('carol');
    carol.come();
    await verify(alice, 'bob');
    here.room.leave(bob.guest());
    const other = here.puppet('bob');
    other.come();
    const [line = '', verified = '', halt = ''] = stop;
    await shows(alice, ...stop);
    here.room.leave(other.guest());
    await shows(alice, line, verified);
    await alice.say(`${CLEAR} for carol`);
    await expect.poll(() => sealedFor(here)).toEqual([[sidOf(carol)]]);
    other.come();
    await shows(alice, line, line, verified, halt);
  });

  test('a verified person under another name is said to be that person', async () => {
    const identity = newPair();
    const alice = await here.victim('alice');
    const bob = here.puppet('bob', { identity });
    bob.come();
    await alice.meets('bob');
    await verify(alice, 'bob');
    here.room.leave(bob.guest());
    here.puppet('mallory', { identity }).come();
    await alice.meets('mallory');
    await shows(alice, 'calm: You verified bob', 'calm: mallory is the person whom you verified as bob');
    expect(await row(alice, 'mallory').textContent()).toContain('verified as bob');
  });
});
