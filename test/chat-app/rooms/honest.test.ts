/**
 * Whole rooms at the real relay: people who write, come, leave, reload, lose their connections and are killed, while the
 * relay restarts; much of it at once. An honest relay never causes a warning, everybody who stays has every line once,
 * and nothing leaves a browser in the clear.
 *
 * A failure prints its seed; BYTECHAT_TEST_SEED repeats it.
 */
import process from 'node:process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { newLinkSecret } from '../../../chat-app/client/crypto/index.ts';
import { webSocketTransport } from '../../../chat-app/client/session/transport.ts';
import { thorough } from '../../support/thorough.ts';
import { until } from '../client/session/support/people.ts';
import { folder } from '../server/support/folder.ts';
import { type Running, running } from '../server/support/relay.ts';
import { answers, isQuiet, newPerson, open, type Person, type Place, talk, warnings } from './person.ts';

const NAMES = ['alice', 'bob', 'carol', 'dave'] as const;
const CLEAR = 'rosehip';

type Deed = 'say' | 'come' | 'leave' | 'cut' | 'reload' | 'kill';
type Act = { who: number; deed: Deed } | { who: -1; deed: 'restart' };

const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ who: fc.nat(3), deed: fc.constant<Deed>('say') }) },
  {
    weight: 6,
    arbitrary: fc.record({ who: fc.nat(3), deed: fc.constantFrom<Deed>('come', 'leave', 'cut', 'reload', 'kill') }),
  },
  { weight: 1, arbitrary: fc.constant<Act>({ who: -1, deed: 'restart' }) },
);

/** What happens at once, each by somebody else. */
const moment = fc.uniqueArray(act, { minLength: 1, maxLength: 4, selector: ({ who }) => who });

interface Town {
  relay: Running;
  dataDir: string;
}

/** Every wait is a hundred times shorter than in life; the time of day stands still, as the relay's does. */
const hurried = (town: Town): Place['clock'] => ({
  now: () => town.relay.clock.now(),
  after: (ms, call) => {
    const timer = setTimeout(call, ms / 100);
    return () => clearTimeout(timer);
  },
});

let rooms = 0;

const newPlace = (town: Town): Place => ({
  roomId: `room-${++rooms}`,
  secret: newLinkSecret(),
  clock: hurried(town),
  transport: { open: (_, listener) => webSocketTransport.open(town.relay.socketUrl, listener) },
});

async function enter(person: Person, place: Place): Promise<void> {
  await open(person, place);
  if (person.page) answers(person.page);
}

async function perform({ who, deed }: Act, people: Person[], { town, place }: { town: Town; place: Place }) {
  const person = people[who];
  if (deed === 'restart') {
    await town.relay.stop();
    town.relay = await running({ dataDir: town.dataDir });
    return;
  }
  if (!person) return;
  const { page } = person;
  if (!page) return deed === 'come' ? enter(person, place) : undefined;
  switch (deed) {
    case 'say': {
      const text = `${CLEAR} ${person.written.length} of ${person.name}`;
      person.written.push(text);
      return page.commands.write(text);
    }
    case 'cut':
      return page.cut();
    case 'leave':
      person.stayed = false;
      return leave(person);
    case 'reload':
      page.dispose();
      return enter(person, place);
    case 'kill':
      page.kill();
      return enter(person, place);
  }
}

/** As the page does it: by its own command, and when it is over the page is not there any more. */
async function leave(person: Person): Promise<void> {
  const { page } = person;
  if (!page) return;
  await until(page, ({ inside }) => inside);
  page.commands.leave();
  await until(page, ({ ended }) => ended === 'left');
  page.dispose();
  person.page = undefined;
}

/** Everybody is connected, and what was written has arrived wherever somebody has stayed to read it. */
async function settle(people: Person[]): Promise<void> {
  const here = people.filter(({ page }) => page);
  if (here.length < 2) return;
  for (const { page } of here) if (page) await until(page, isQuiet);
  for (const { page, stayed } of here) {
    if (!page || !stayed) continue;
    for (const other of here)
      if (other.stayed) await until(page, state => linesOf(state, other).length === kept(other));
  }
}

const linesOf = (state: Parameters<typeof talk>[0], { name }: Person) => talk(state).filter(line => line.name === name);
/** A line may have been lost with the page that was killed before it was kept. */
const kept = ({ page, name }: Person): number =>
  page ? talk(page.snapshot()).filter(line => line.name === name).length : 0;

function check(people: Person[]): void {
  for (const person of people) {
    expect(person.faults).toEqual([]);
    expect(person.sent.filter(data => Buffer.from(data).includes(CLEAR))).toEqual([]);
    const state = person.page?.snapshot();
    if (!state) continue;
    expect([person.name, warnings(state)]).toEqual([person.name, []]);
    for (const { name, written } of people) {
      const seen = talk(state).flatMap(line => (line.name === name ? [line.text] : []));
      expect(new Set(seen).size).toBe(seen.length);
      expect(seen).toEqual(written.filter(text => seen.includes(text)));
    }
  }
}

const seed = Number(process.env.BYTECHAT_TEST_SEED ?? Date.now() % 2 ** 31);

test('an honest relay never causes a warning, and whoever stays has every line once', {
  timeout: 240_000,
}, async () => {
  const dataDir = folder();
  const town: Town = { dataDir, relay: await running({ dataDir }) };
  await fc.assert(
    fc.asyncProperty(fc.array(moment, { minLength: 5, maxLength: 12 }), async moments => {
      const place = newPlace(town);
      const people = NAMES.map(newPerson);
      for (const person of people.slice(0, 3)) await enter(person, place);
      for (const { page } of people) if (page) await until(page, state => state.people.length === 2 && isQuiet(state));
      for (const person of people.slice(3)) person.stayed = false;
      for (const acts of moments) await Promise.all(acts.map(each => perform(each, people, { town, place })));
      await settle(people);
      check(people);
      for (const { page } of people) page?.dispose();
    }),
    { numRuns: thorough ? 20 : 6, seed, endOnFailure: true },
  );
});
