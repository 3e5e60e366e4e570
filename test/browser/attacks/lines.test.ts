/** What a relay may try with lines, against the built page (docs/protocol.md, section 16: 4, 5, 6, 11, 13 and 16). */
import { describe, expect, test } from 'vitest';
import { decodeMessage } from '../../../chat-app/protocol/message.ts';
import { asInsider, edited, elsewhere, flipped, msg, sealsAnything } from '../../chat-app/liar/forging.ts';
import type { Told } from '../../chat-app/liar/room.ts';
import { bytes } from '../../chat-app/liar/room.ts';
import { sealEvent } from '../../chat-app/second/implementation/writing.ts';
import { agree, CLEAR, countDerivations, derivations, saysAndSees, sent, shows, stage, words } from './victim.ts';

const here = stage();
const { forged, unopened, missing, otherReaders, rewritten, forkBanner, forkAsk } = words;

/** alice at a page, bob in our hands, and one line of his that she has read. */
async function talking() {
  const { alice, bob, her } = await here.aliceAndBob();
  const first = bob.sealed(`${CLEAR} first`);
  bob.say(first);
  await alice.sees(`${CLEAR} first`);
  /** An entry for her eyes only, which bob's program takes for a part of the history nevertheless. */
  const whisper = (told: Told) => {
    here.room.tell(her, told);
    agree(her, bob);
  };
  return { alice, bob, her, first, whisper };
}

test('honest: nothing is shown', async () => {
  const { alice, bob } = await talking();
  await alice.say(`${CLEAR} hello`);
  await alice.page.locator('.message-state', { hasText: 'sent' }).waitFor();
  await saysAndSees(bob, alice);
  await shows(alice);
  expect(await alice.lines()).toEqual([`${CLEAR} first`, `${CLEAR} hello`, `${CLEAR} and on we go`]);
  expect(bob.happened.filter(({ what }) => what === 'line')).toHaveLength(1);
});

describe('4: replay', () => {
  test('of a message: nothing; of an envelope, or under another index: a forgery', async () => {
    const { alice, bob, first, whisper } = await talking();
    whisper(msg(first.msg));
    whisper(msg(first.msg, first.type === 'first' ? first.keys : undefined));
    whisper(msg(edited(first.msg, { i: 1 })));
    await saysAndSees(bob, alice);
    await shows(alice, forged('bob', 'chain-reused'), forged('bob', 'msg-sig'));
    expect(await alice.lines()).toEqual([`${CLEAR} first`, `${CLEAR} and on we go`]);
    await alice.page.getByText('Details', { exact: true }).click();
    await alice.page.getByText('A line has come again. It is shown once').waitFor();
  });

  test('of an old chain when the same people are alone again: other readers', async () => {
    const { alice, bob, first, whisper } = await talking();
    const carol = here.puppet('carol');
    carol.come();
    here.room.leave(carol.guest());
    whisper(msg(first.msg, first.type === 'first' ? first.keys : undefined));
    whisper(msg(first.msg));
    await saysAndSees(bob, alice);
    const [banner = '', line = ''] = otherReaders('bob');
    await shows(alice, banner, line, line);
  });

  test('of one line that was sealed twice: shown once', async () => {
    const { alice, bob, whisper } = await talking();
    const id = bytes(Buffer.alloc(16, 7));
    const [one, again] = [bob.sealed(`${CLEAR} pay 10`, { id }), bob.sealed(`${CLEAR} pay 10`, { id })];
    for (const frame of [one, again]) whisper(msg(frame.msg));
    await saysAndSees(bob, alice);
    await shows(alice);
    expect(await alice.lines()).toEqual([`${CLEAR} first`, `${CLEAR} pay 10`, `${CLEAR} and on we go`]);
  });

  test('her own line, altered: sending stops', async () => {
    const { alice, her } = await talking();
    const at = her.log.seq + 1;
    here.room.instead.first = frame => here.room.tell(her, msg(edited(frame.msg, { iv: bytes(Buffer.alloc(12)) })));
    await alice.say(`${CLEAR} as I wrote it`);
    await shows(alice, ...rewritten('own-altered', at));
    expect(await alice.page.getByRole('textbox', { name: 'Message' }).count()).toBe(0);
    expect(sent(here)).toBe(1);
    await alice.page.reload();
    await shows(alice, ...rewritten('own-altered', at));
  });
});

test('5: lines in another order: each once, what was skipped is said, and the next is a fork', async () => {
  const { alice, bob, her } = await talking();
  const [one, two] = [bob.sealed(`${CLEAR} one`), bob.sealed(`${CLEAR} two`)];
  for (const frame of [one, two]) here.room.enter(msg(frame.msg), [bob.guest()]);
  for (const frame of [two, one]) here.room.tell(her, msg(frame.msg));
  await alice.sees(`${CLEAR} one`);
  await shows(alice, missing('bob', 1));
  bob.say(`${CLEAR} three`);
  await shows(alice, forkBanner('bob'), missing('bob', 1), forkAsk('bob'));
  expect(await alice.lines()).toEqual(['first', 'two', 'one', 'three'].map(line => `${CLEAR} ${line}`));
});

describe('6: lines', () => {
  test('that are left out are counted', async () => {
    const { alice, bob } = await talking();
    for (const line of ['lost', 'lost too']) here.room.enter(msg(bob.sealed(line).msg), [bob.guest()]);
    bob.say(`${CLEAR} do you see?`);
    await shows(alice, forkBanner('bob'), missing('bob', 2), forkAsk('bob'));
    await alice.page.getByRole('button', { name: 'Go on writing' }).click();
    await shows(alice, forkBanner('bob'), missing('bob', 2));
  });

  test('with a wild or a forged index cost no work', async () => {
    const { alice, bob, whisper } = await talking();
    const next = bob.sealed(`${CLEAR} next`);
    await countDerivations(alice);
    for (const i of [2 ** 31, 500, 499]) whisper(msg(edited(next.msg, { i })));
    const refused = [forged('bob', 'too-far'), forged('bob', 'too-far'), forged('bob', 'msg-sig')];
    await shows(alice, ...refused);
    expect(await derivations(alice)).toBe(0);
    bob.say(next);
    await alice.sees(`${CLEAR} next`);
    expect(await derivations(alice)).toBeGreaterThan(0);
    await shows(alice, ...refused);
  });
});

describe('11: a line that is put', () => {
  test('under another name, or into this room from another one', async () => {
    const { alice, bob, whisper } = await talking();
    const carol = here.puppet('carol');
    carol.come();
    bob.say(`${CLEAR} for three`);
    await alice.sees(`${CLEAR} for three`);
    whisper(msg(edited(bob.sealed('x').msg, { sid: bytes(carol.guest().bundle.sid) })));
    agree(here.room.guest('alice'), carol);
    const [away] = elsewhere(here.room, ['bob', 'alice']);
    const foreign = away.sealed('x');
    whisper(msg(foreign.msg, undefined));
    whisper(msg(edited(foreign.msg, { sid: bytes(bob.guest().bundle.sid) })));
    agree(here.room.guest('alice'), carol);
    await saysAndSees(carol, alice);
    await shows(
      alice,
      forged('carol', 'sender-mismatch'),
      unopened('somebody', 'no-chain'),
      unopened('bob', 'no-chain'),
    );
  });

  test('on bob’s chain by a reader who knows its keys', async () => {
    const { alice, bob, whisper } = await talking();
    const carol = here.puppet('carol');
    carol.come();
    bob.say(`${CLEAR} for three`);
    await alice.sees(`${CLEAR} for three`);
    whisper(msg(asInsider(carol, bob, `${CLEAR} I owe carol 100`)));
    const { ct, ...rest } = decodeMessage(bob.sealed('x').msg);
    whisper(msg(edited(bob.sealed('x').msg, { ...rest, ct: flipped(ct) })));
    agree(here.room.guest('alice'), carol);
    await saysAndSees(carol, alice);
    await shows(alice, forged('bob', 'msg-sig'), forged('bob', 'msg-sig'));
    expect(await alice.lines()).not.toContain(`${CLEAR} I owe carol 100`);
  });
});

test('13: a forgery first: the real line opens', async () => {
  const { alice, bob, whisper } = await talking();
  const real = bob.sealed(`${CLEAR} the real one`);
  whisper(msg(flipped(real.msg)));
  whisper(msg(real.msg));
  await saysAndSees(bob, alice);
  await shows(alice, forged('bob', 'msg-sig'));
  expect(await alice.lines()).toContain(`${CLEAR} the real one`);
});

describe('16: damage', () => {
  test('a message told as an event shows nothing; an event told as a message is a forgery', async () => {
    const { alice, bob, her, whisper } = await talking();
    her.visit.say({ type: 'eph', eph: bytes(bob.sealed(`${CLEAR} moved`).msg) });
    const [, event] = [sealEvent(bob.state), sealEvent(bob.state)];
    whisper(msg(Buffer.from(event as Uint8Array).subarray(1)));
    bob.say(`${CLEAR} and on`);
    await alice.sees(`${CLEAR} and on`);
    await shows(alice, forged('bob', 'msg-sig'), missing('bob', 1));
    expect(await alice.page.getByText('is typing').count()).toBe(0);
  });

  test('short frames, and a text that is not UTF-8: the log goes on', async () => {
    const { alice, bob, whisper } = await talking();
    whisper(msg(bob.sealed('x').msg.slice(0, 199)));
    whisper(msg(Buffer.alloc(0)));
    whisper(msg(sealsAnything(bob, { body: Buffer.from([0xff]) })));
    await saysAndSees(bob, alice);
    const bad = forged('bob', 'msg-format');
    await shows(alice, bad, forged('somebody', 'msg-format'), bad, missing('bob', 2));
  });
});
