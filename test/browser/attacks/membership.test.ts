/** What a relay may try with the list of members, against the built page (section 16: 7, 8, 9 and 12). */
import { describe, expect, test } from 'vitest';
import { bundleOf, joins, leaves, msg } from '../../chat-app/liar/forging.ts';
import { CLEAR, members, saysAndSees, sealedFor, sent, shows, sidOf, stage, words } from './victim.ts';

const here = stage();
const { otherReaders, unopened, outsider } = words;

const codes = (happened: { what: string; code?: unknown }[]) =>
  happened.flatMap(({ what, code }) => (what === 'failed' ? [code] : []));

describe('7: somebody on the list of one side only', () => {
  test('without the link: an outsider, and sealed for bob alone', async () => {
    const { alice, bob, her } = await here.aliceAndBob();
    here.room.tell(her, joins(bundleOf(here.room, 'eve', { secret: undefined }).bytes));
    await shows(alice, ...outsider('eve'));
    await alice.say(`${CLEAR} not for eve`);
    await expect.poll(() => sealedFor(here)).toEqual([[sidOf(bob)]]);
    await alice.page.getByRole('button', { name: 'Sealed for bob and you, not for eve' }).waitFor();
  });

  test('with the link: whoever does not see the ghost says so', async () => {
    const { alice, bob, her } = await here.aliceAndBob();
    here.room.tell(bob.guest(), joins(bundleOf(here.room, 'ghost').bytes));
    const line = bob.sealed(`${CLEAR} for the ghost, too`);
    here.room.tell(her, msg(line.msg, line.type === 'first' ? line.keys : undefined));
    await shows(alice, ...otherReaders('bob'));
    expect(await alice.lines()).toEqual([]);
    await alice.page.getByRole('button', { name: 'Room code' }).click();
    await alice.page.getByRole('heading', { name: 'Check the whole room' }).waitFor();
  });
});

test('8: a member hidden from one side: all who see more say so', async () => {
  const { alice, bob, her } = await here.aliceAndBob();
  const carol = here.puppet('carol');
  here.room.instead.join = (frame, visit) => {
    // carol is let in, and alice is not told.
    delete here.room.instead.join;
    const { log } = here.room;
    here.room.guests.splice(here.room.guests.indexOf(her), 1);
    here.room.honestly(frame, visit);
    here.room.guests.push(her);
    expect(her.log.seq).toBe(log.seq);
  };
  carol.come();
  await alice.say(`${CLEAR} for bob and nobody else`);
  await expect.poll(() => [codes(bob.happened), codes(carol.happened)]).toEqual([['roster-mismatch'], ['no-chain']]);
  const line = bob.sealed('x');
  here.room.tell(her, msg(line.msg, line.type === 'first' ? line.keys : undefined));
  await shows(alice, ...otherReaders('bob'));
});

describe('9: no frame leaves', () => {
  test('when the relay says that she is alone: the composer asks, and what she writes stays', async () => {
    const { alice, bob } = await here.aliceAndBob();
    here.room.leave(bob.guest());
    await shows(alice, 'ask: You are alone now');
    await alice.page.getByRole('button', { name: 'Write for yourself' }).click();
    await alice.say(`${CLEAR} to nobody`);
    await alice.page.getByText('[only you]').waitFor();
    await alice.say('/plain on');
    await alice.page.getByText('Plain mode is over here for good').waitFor();
    expect(sent(here)).toBe(0);
  });

  test('after her own removal, until she has joined again', async () => {
    const { alice, her } = await here.aliceAndBob();
    let joined = 0;
    here.room.instead.join = () => {
      joined++;
    };
    here.room.tell(her, leaves(her.bundle, 2));
    await expect.poll(() => joined).toBe(1);
    await alice.say(`${CLEAR} am I still here?`);
    await alice.page.locator('.message-state', { hasText: 'queued' }).waitFor();
    await shows(alice);
    expect(sent(here)).toBe(0);
  });

  test('while a member whose key has run out is kept on the list', async () => {
    const alice = await here.victim('alice');
    const her = here.room.guest('alice');
    const bob = bundleOf(here.room, 'bob', { claims: { expires: Date.now() + 3_600_000 } });
    here.room.tell(her, joins(bob.bytes));
    await alice.meets('bob');
    await alice.page.clock.setFixedTime(Date.now() + 3_600_001);
    await alice.page.getByRole('textbox', { name: 'Message' }).fill(`${CLEAR} are you there?`);
    const stop =
      'stop: The key of bob has run out, and the relay still lists it. Sending goes on by itself when it is gone. (bundle-expired)';
    await shows(alice, stop);
    expect(sent(here)).toBe(0);
    here.room.tell(her, leaves(bob, 3));
    await shows(alice, 'ask: You are alone now');
    expect(sent(here)).toBe(0);
  });
});

describe('12: members who come and go', () => {
  test('who was removed is fed on, who came late is fed from before: not opened', async () => {
    const alice = await here.victim('alice');
    const [bob, carol] = [here.puppet('bob'), here.puppet('carol')];
    bob.come();
    carol.come();
    const before = bob.sealed(`${CLEAR} before dave`);
    bob.say(before);
    await alice.sees(`${CLEAR} before dave`);
    const dave = await here.victim('dave');
    await dave.meets('bob');
    here.room.tell(here.room.guest('dave'), msg(before.msg, before.type === 'first' ? before.keys : undefined));
    await shows(dave, unopened('bob', 'no-chain'));
    expect(await dave.lines()).toEqual([]);
  });

  test('a leave is hidden from who writes: who has seen it says so', async () => {
    const { alice, bob, her } = await here.aliceAndBob();
    const carol = here.puppet('carol');
    carol.come();
    await saysAndSees(bob, alice, `${CLEAR} three of us`);
    const hers = leaves(carol.guest().bundle);
    here.room.tell(her, hers);
    const { msg: line } = bob.sealed(`${CLEAR} carol is here, is she not`);
    here.room.tell(her, msg(line));
    await shows(alice, ...otherReaders('bob'));
    expect(await alice.lines()).toEqual([`${CLEAR} three of us`]);
  });

  test('two lines and a leave at once: one roster, and each line once', async () => {
    const { alice, bob } = await here.aliceAndBob();
    const carol = here.puppet('carol');
    carol.come();
    await alice.meets('carol');
    const { room } = here;
    room.instead.first = (frame, visit) => {
      delete room.instead.first;
      room.leave(carol.guest());
      room.hear(frame, visit);
    };
    await alice.say(`${CLEAR} one`);
    await alice.say(`${CLEAR} two`);
    await expect.poll(() => bob.happened.filter(({ what }) => what === 'line')).toHaveLength(2);
    await shows(alice);
    expect(sealedFor(here).at(-1)).toEqual([sidOf(bob)]);
    expect(sealedFor(here)).toHaveLength(2);
    expect(codes(bob.happened)).toEqual([]);
    expect(await members(alice)).toEqual(['bob', 'alice']);
  });
});
