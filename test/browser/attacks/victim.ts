/** The built page as somebody under attack sees it, and everything that it has said to the relay. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { splitKeys } from '../../../chat-app/protocol/keys.ts';
import { type Liar, startLiar } from '../../chat-app/liar/liar.ts';
import { type Puppet, puppet } from '../../chat-app/liar/puppet.ts';
import type { Guest, Room } from '../../chat-app/liar/room.ts';
import { hex } from '../../chat-app/second/implementation/bytes.ts';
import { launchChromium } from '../../support/chromium.ts';
import { joinRoom, newPerson, type Person } from '../../support/person.ts';

/** In every text of a test, so that a text that left in the clear would be found. */
export const CLEAR = 'rosehip';

export interface Stage {
  browser: Browser;
  liar: Liar;
  room: Room;
  /** A page, and a seat in the room; with the room's link unless told otherwise. */
  victim(name: string, more?: { linked?: boolean }): Promise<Person>;
  puppet(name: string, who?: Parameters<typeof puppet>[2]): Puppet;
  /** alice on a page, bob's program, and her seat in the room. */
  aliceAndBob(): Promise<{ alice: Person; bob: Puppet; her: Guest }>;
}

/** One browser and one relay for a file; a room, and pages that know nothing, for each of its tests. */
export function stage(): Stage {
  const here = {} as Stage;
  let people: Person[] = [];
  beforeAll(async () => {
    [here.browser, here.liar] = await Promise.all([launchChromium(), startLiar()]);
  });
  afterAll(async () => {
    await here.browser.close();
    await here.liar.close();
  });
  beforeEach(() => {
    people = [];
    here.room = here.liar.newRoom();
  });
  afterEach(async () => {
    const faults = people.flatMap(each => each.faults);
    await Promise.all(people.map(each => each.leaveBrowser()));
    expect(faults).toEqual([]);
    expect(inTheClear(here)).toEqual([]);
  });
  return Object.assign(here, {
    puppet: (name: string, who = {}) => puppet(here.room, name, who),
    victim: async (name: string, { linked = true } = {}) => {
      const person = await newPerson(here.browser);
      people.push(person);
      await joinRoom(person, addressOf(here, linked), name);
      return person;
    },
    aliceAndBob: async () => {
      const alice = await here.victim('alice');
      const bob = here.puppet('bob');
      bob.come();
      await alice.meets('bob');
      return { alice, bob, her: here.room.guest('alice') };
    },
  });
}

export const addressOf = ({ liar, room }: Stage, linked = true): string =>
  `${liar.origin}/r/${room.id}${linked ? `#k=${Buffer.from(room.secret).toString('base64url')}` : ''}`;

/** Frames with a text or the link secret in them. What the person asked to say in plain is not among them. */
function inTheClear({ liar, room }: Stage): string[] {
  const secret = Buffer.from(room.secret);
  const hidden = [Buffer.from(CLEAR), secret, Buffer.from(secret.toString('base64url'))];
  return liar.heard
    .filter(({ frame, data }) => frame.type === 'plain' || hidden.some(each => data.includes(each)))
    .map(({ frame }) => frame.type);
}

/** For whom the page has sealed, by the sids of its envelopes: one list for each chain. */
export const sealedFor = ({ liar }: Stage): string[][] =>
  liar.heard.flatMap(({ frame }) => (frame.type === 'first' ? [[...splitKeys(frame.keys).envelopes.keys()]] : []));

export const sidOf = ({ state }: Puppet): string => hex(state.session?.bundle.sid ?? new Uint8Array());

/** How many lines the page has sent, in whatever form. */
export const sent = ({ liar }: Stage): number =>
  liar.heard.filter(({ frame }) => ['first', 'msg', 'eph', 'plain'].includes(frame.type)).length;

/**
 * Everything on the screen that is more than talk, comings and goings: `banner: …`, `line: …`, `calm: …`, `mark: …`,
 * `stop: …`, `ask: …`; in this order, each with its code, as `what it says (code)`.
 */
export const alarms = (page: Page): Promise<string[]> => page.evaluate(`(${read})()`);

const read = `() => {
  const said = (element, drop = 'time, button, [aria-hidden]') => {
    const copy = element.cloneNode(true);
    for (const each of copy.querySelectorAll(drop)) each.remove();
    for (const code of copy.querySelectorAll('code')) code.textContent = '(' + code.textContent + ')';
    return copy.textContent.replace(/\\s+/g, ' ').trim();
  };
  const all = (prefix, selector, of = said) =>
    [...document.querySelectorAll(selector)].map(element => prefix + ': ' + of(element));
  const titled = (prefix, selector, title) =>
    all(prefix, selector, element =>
      said(element.querySelector(title)) + [...element.querySelectorAll('code')].map(code => ' (' + code.textContent + ')'));
  return [
    ...titled('banner', '.banner', 'b'),
    ...all('line', '.remark.fault, .remark.halted'),
    ...all('calm', '.remark.calm'),
    ...all('mark', '.message-meta .warn-text, .message-meta .stop-text'),
    ...all('stop', '.halt:not(.ask) p'),
    ...titled('ask', '.halt.ask', 'h2'),
  ];
}`;

/** Waits until exactly these alarms are on the screen. */
export const shows = ({ page }: Person, ...expected: string[]): Promise<void> =>
  expect.poll(() => alarms(page), { timeout: 10_000 }).toEqual(expected);

/** From here on every derivation of a key in this page is counted. */
export const countDerivations = ({ page }: Person): Promise<unknown> =>
  page.evaluate(`globalThis.derived = 0;
    for (const name of ['deriveBits', 'deriveKey']) {
      const real = SubtleCrypto.prototype[name];
      SubtleCrypto.prototype[name] = function (...all) { derived++; return real.apply(this, all); };
    }`);

export const derivations = ({ page }: Person): Promise<unknown> => page.evaluate('derived');

export const members = ({ page }: Person): Promise<string[]> =>
  page.getByRole('list', { name: 'Members' }).locator('b').allTextContents();

/** A line of somebody honest, as a sign that everything before it has been dealt with. */
export async function saysAndSees(from: Puppet, to: Person, text = `${CLEAR} and on we go`): Promise<void> {
  from.say(text);
  await to.sees(text);
}

/** These puppets take what `guest` was told for the history too: a lie to one person alone shows as a fork otherwise. */
export function agree({ log }: Guest, ...puppets: Puppet[]): void {
  for (const each of puppets) {
    each.state.log = log;
    each.guest().log = log;
  }
}

/** How section 13 puts it. */
export const words = {
  forged: (name: string, code: string) => `line: A line that claims to be from ${name} is forged or damaged (${code})`,
  unopened: (name: string, code: string) => `line: A line from ${name} could not be opened (${code})`,
  missing: (name: string, count: number) =>
    `line: ${count === 1 ? `A message from ${name} is missing` : `${count} messages from ${name} are missing`}`,
  wrongKey: (name: string, code: string) =>
    `banner: The relay announced a key for ${name} that cannot be right. (${code})`,
  outsider: (name: string) => [
    `banner: ${name} came without the room’s link.`,
    `line: ${name} came without the room’s link`,
  ],
  otherReaders: (name: string) => [
    `banner: ${name} seals for other people than you see. (roster-mismatch)`,
    `line: ${name} seals for other people than you see (roster-mismatch)`,
  ],
  forkBanner: (name: string) =>
    `banner: ${name} and you were shown different histories, or the program of ${name} lies. (fork)`,
  forkAsk: (name: string) => `ask: ${name} sees another history`,
  rewritten: (code: string, seq: number) => [
    `banner: The relay has changed the history at line ${seq}. (${code})`,
    `stop: The relay has changed the history at line ${seq}. ${code === 'own-altered' ? oldCopy : ''}Nothing that you type leaves this browser. Ask the others outside this chat, by phone for instance, what they see. If you go on, what the relay shows from then on counts as a new beginning. (${code})`,
  ],
};

const oldCopy = 'Or an older copy of this browser’s data was put back, which does not know your last lines. ';
