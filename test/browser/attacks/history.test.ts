/** What a relay may try with the history, against the built page (section 16: 10 and 20). */
import { describe, expect, test } from 'vitest';
import { bundleOf, joins, leaves, msg, sealsAnything } from '../../chat-app/liar/forging.ts';
import { bytes } from '../../chat-app/liar/room.ts';
import { readBundle } from '../../chat-app/second/implementation/bundle.ts';
import { random } from '../../chat-app/second/implementation/primitives.ts';
import { logAt } from '../../chat-app/second/implementation/room.ts';
import { agree, CLEAR, saysAndSees, sent, shows, stage, words } from './victim.ts';

const here = stage();
const { wrongKey, otherReaders, rewritten, forkBanner, forkAsk } = words;

async function talking() {
  const { alice, bob, her } = await here.aliceAndBob();
  await saysAndSees(bob, alice, `${CLEAR} first`);
  return { alice, bob, her };
}

describe('10: the history', () => {
  test('an older bundle of somebody known', async () => {
    const { alice, bob, her } = await talking();
    const { identity } = bob.state;
    const [older, newer] = [-5000, 5000].map(ms =>
      bundleOf(here.room, 'bob', { identity, claims: { created: Date.now() + ms } }),
    ) as [ReturnType<typeof bundleOf>, ReturnType<typeof bundleOf>];
    here.room.tell(her, leaves(bob.guest().bundle));
    here.room.tell(her, joins(newer.bytes));
    here.room.tell(her, leaves(newer));
    here.room.tell(her, joins(older.bytes));
    await shows(alice, wrongKey('bob', 'bundle-rollback'), 'ask: You are alone now');
    expect(sent(here)).toBe(0);
  });

  test.each([
    ['an entry again', -1, 'log-rollback'],
    ['an entry left out', 1, 'log-gap'],
  ] as const)('%s: sending stops, also after a reload', async (_, by, code) => {
    const { alice, bob, her } = await talking();
    const seq = her.log.seq + 1 + by;
    her.visit.say({ type: 'msg', seq, msg: bob.sealed('x').msg });
    await shows(alice, ...rewritten(code, seq));
    await alice.page.reload();
    await shows(alice, ...rewritten(code, seq));
    expect(sent(here)).toBe(0);
    await alice.page.getByRole('button', { name: 'Go on from here' }).click();
    await alice.meets('bob');
    await shows(alice);
  });

  test('an old tail of the log, when she comes back', async () => {
    const { alice, her } = await talking();
    here.room.instead.resume = (_, visit) => {
      visit.guest = her;
      her.visit = visit;
      visit.say({ type: 'synced', seq: her.log.seq - 1 });
    };
    await alice.page.reload();
    await shows(alice, ...rewritten('log-rollback', her.log.seq - 1));
  });

  test.each([
    ['another head', 0, 'fork'],
    ['an old place', -1, 'log-rollback'],
  ] as const)('%s at her next join', async (_, by, code) => {
    const { alice, bob, her } = await talking();
    const seq = her.log.seq + 2 + by;
    here.room.instead.join = (frame, visit) => {
      const bundle = here.room.guest('bob').bundle;
      const mine = bytes(frame.bundle);
      const members = [bytes(bundle.bytes), mine];
      visit.say({ type: 'room', seq, head: bytes(random(32)), members, earlier: 0 }, { type: 'synced', seq });
    };
    here.room.tell(her, leaves(her.bundle, 2));
    await shows(alice, ...rewritten(code, seq));
    expect(sent(here)).toBe(0);
    expect(bob.state.stopped).toBeUndefined();
  });

  test('two histories from the beginning: what one seals does not open for the other', async () => {
    const alice = await here.victim('alice');
    const her = here.room.guest('alice');
    const bob = here.puppet('bob');
    here.room.instead.join = (frame, visit) => {
      const bundle = readBundle(frame.bundle);
      here.room.seat(visit, { bundle, members: [her.bundle, bundle], log: logAt(2, random(32)) });
      here.room.tell(her, joins(frame.bundle));
    };
    bob.come();
    await alice.meets('bob');
    const line = bob.sealed(`${CLEAR} in another history`);
    here.room.tell(her, msg(line.msg, line.type === 'first' ? line.keys : undefined));
    await shows(alice, ...otherReaders('bob'));
    expect(await alice.lines()).toEqual([]);
  });

  test('two histories later on: the next line is a fork, and the composer asks once', async () => {
    const { alice, bob } = await talking();
    const carol = here.puppet('carol');
    carol.come();
    await saysAndSees(carol, alice, `${CLEAR} for both`);
    here.room.enter(msg(carol.sealed(`${CLEAR} for bob only`).msg), [bob.guest(), carol.guest()]);
    bob.say(`${CLEAR} as carol says`);
    await shows(alice, forkBanner('bob'), forkAsk('bob'));
    await alice.page.getByRole('button', { name: 'Go on writing' }).click();
    bob.say(`${CLEAR} and so on`);
    await alice.sees(`${CLEAR} and so on`);
    await shows(alice, forkBanner('bob'));
    await alice.say(`${CLEAR} what does she say?`);
    await expect.poll(() => sent(here)).toBe(1);
  });

  test('a view of what is yet to come is a fork', async () => {
    const { alice, bob, her } = await talking();
    const viewSeq = her.log.seq + 1;
    here.room.tell(her, msg(sealsAnything(bob, { viewSeq, body: Buffer.from(`${CLEAR} I have seen this`) })));
    await shows(alice, forkBanner('bob'), forkAsk('bob'));
  });

  test('a fork behind 520 replays cannot be compared: the line is marked', async () => {
    const { alice, bob, her } = await talking();
    const known = bob.sealed(`${CLEAR} known`);
    bob.say(known);
    await alice.sees(`${CLEAR} known`);
    const { seq } = her.log;
    for (let count = 0; count < 520; count++) here.room.tell(her, msg(known.msg));
    const body = Buffer.from(`${CLEAR} long after`);
    here.room.tell(her, msg(sealsAnything(bob, { viewSeq: seq, viewHead: random(16), body })));
    await alice.sees(`${CLEAR} long after`);
    await shows(alice, 'mark: unchecked');
    agree(her, bob);
    await saysAndSees(bob, alice);
    await shows(alice, 'mark: unchecked');
  });
});

describe('20: plain lines', () => {
  test('after a second member: not shown, and she cannot write any', async () => {
    const { alice, bob, her } = await talking();
    const plain = bytes(Buffer.concat([her.bundle.sid, random(16), Buffer.alloc(8), Buffer.from(CLEAR), random(64)]));
    here.room.tell(her, { entry: { type: 'plain', plain } });
    agree(her, bob);
    await saysAndSees(bob, alice);
    await shows(alice, 'line: The relay showed a plain line that is not allowed here (plain-refused)');
    await alice.say('/plain on');
    await alice.page.getByText('Plain mode is over here for good').waitFor();
    expect(sent(here)).toBe(0);
  });

  test('a bundle that is refused ends plain mode too, before the next line', async () => {
    const alice = await here.victim('alice');
    await alice.say('/plain on');
    await alice.page.getByRole('button', { name: 'Write in plain' }).click();
    await alice.page.getByText('Plain mode is on in this room').waitFor();
    here.room.tell(here.room.guest('alice'), joins(random(300)));
    await alice.page.getByText('Plain mode is on in this room').waitFor({ state: 'detached' });
    await alice.say(`${CLEAR} is this plain?`);
    await alice.page.getByText('[only you]').waitFor();
    expect(sent(here)).toBe(0);
  });
});
