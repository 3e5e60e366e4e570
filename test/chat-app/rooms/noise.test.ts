/**
 * Whole rooms at a relay that loses, repeats and reorders what it tells each of the people, and numbers the rest so that
 * no gap is left; while they write, come, leave, reload and lose their connections, much of it at once. No line is ever
 * shown that its author did not write, no two people see what a third has said differently without a warning on a
 * screen, and nothing leaves a browser in the clear.
 *
 * A failure prints its seed; BYTECHAT_TEST_SEED repeats it.
 */
import process from 'node:process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RoomState } from '../../../chat-app/client/session/state.ts';
import { thorough } from '../../support/thorough.ts';
import { idle, until } from '../client/session/support/people.ts';
import { type Fate, NoisyRoom, transportTo } from './noise.ts';
import { answers, newPerson, open, type Person, type Place, talk, warnings } from './person.ts';

const NAMES = ['alice', 'bob', 'carol', 'dave'] as const;
const CLEAR = 'rosehip';

type Deed = 'say' | 'come' | 'leave' | 'cut' | 'reload';

const act = fc.record({
  who: fc.nat(3),
  deed: fc.oneof(
    { weight: 12, arbitrary: fc.constant<Deed>('say') },
    { weight: 2, arbitrary: fc.constantFrom<Deed>('come', 'leave', 'cut', 'reload') },
  ),
});
const moment = fc.uniqueArray(act, { minLength: 1, maxLength: 3, selector: ({ who }) => who });
/** Nobody comes or goes: chains grow long, and a lie in their middle has to show by itself. */
const saying = fc.record({ who: fc.nat(2), deed: fc.constant<Deed>('say') });
const talkOnly = fc.uniqueArray(saying, { minLength: 1, maxLength: 3, selector: ({ who }) => who });
const life = fc.oneof(
  fc.array(moment, { minLength: 4, maxLength: 10 }),
  fc.array(talkOnly, { minLength: 5, maxLength: 12 }),
);

const fate = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Fate>('told') },
  { weight: 1, arbitrary: fc.constantFrom<Fate>('lost', 'twice', 'after the next') },
);

/** One lie among much that is true has nothing beside it that would give it away. */
const oneLie = fc
  .record({ at: fc.nat(45), lie: fc.constantFrom<Fate>('lost', 'twice', 'after the next') })
  .map(({ at, lie }) => [...Array.from({ length: at }, (): Fate => 'told'), lie]);
const fates = fc.oneof(oneLie, fc.array(fate, { minLength: 10, maxLength: 60 }));

const clock: Place['clock'] = {
  now: Date.now,
  after: (ms, call) => {
    const timer = setTimeout(call, ms / 100);
    return () => clearTimeout(timer);
  },
};

let rooms = 0;

async function enter(person: Person, place: Place): Promise<void> {
  await open(person, place);
  if (person.page) answers(person.page);
}

function say(person: Person, text = `${CLEAR} ${person.written.length} of ${person.name}`): void {
  person.written.push(text);
  person.page?.commands.write(text);
}

async function perform(person: Person | undefined, deed: Deed, place: Place): Promise<void> {
  const page = person?.page;
  if (!person) return;
  if (!page) return deed === 'come' ? enter(person, place) : undefined;
  if (deed === 'say') return say(person);
  if (deed === 'cut') return page.cut();
  if (deed === 'reload') {
    page.kill();
    return enter(person, place);
  }
  if (deed === 'leave') {
    person.stayed = false;
    page.commands.leave();
    await until(page, ({ ended }) => ended);
    page.dispose();
    person.page = undefined;
  }
}

const stateOf = ({ page }: Person): RoomState | undefined => page?.snapshot();
const warned = (person: Person): boolean => {
  const state = stateOf(person);
  return state === undefined || warnings(state).length > 0;
};

/** The lines of `of` that `by` has been shown; of one's own those that are marked as sent. */
function seen(by: Person, of: Person): string[] {
  const state = stateOf(by);
  if (!state) return [];
  const mine = state.items.flatMap(item =>
    item.kind === 'line' && item.mine && item.delivery?.state === 'sent' ? [item.text] : [],
  );
  return by === of ? mine : talk(state).flatMap(({ name, text }) => (name === of.name ? [text] : []));
}

/** Every line was written by whom it stands under, and stands once. */
function checkLines(people: Person[]): void {
  for (const by of people) {
    expect(by.faults).toEqual([]);
    expect(by.sent.filter(data => Buffer.from(data).includes(CLEAR))).toEqual([]);
    for (const of of people) {
      const lines = seen(by, of);
      expect(new Set(lines).size).toBe(lines.length);
      expect(lines.filter(text => !of.written.includes(text))).toEqual([]);
    }
  }
}

/** Who was here all the time has seen the same as the others who were, in the same order, or somebody is warned. */
function checkPairs(people: Person[]): void {
  const stayed = people.filter(({ stayed, page }) => stayed && page);
  for (const one of stayed) {
    for (const other of stayed) {
      for (const author of stayed) {
        const [here, there] = [seen(one, author), seen(other, author)];
        if (here.join('\n') === there.join('\n')) continue;
        expect([here, there, [one, other, author].some(warned)]).toEqual([here, there, true]);
      }
    }
  }
}

/** A last word of everybody, told to all: what was withheld for good would look like silence. */
async function lastWords(people: Person[], room: NoisyRoom): Promise<void> {
  room.fates = [][Symbol.iterator]();
  for (const guest of room.listed) room.release(guest);
  for (let round = 0; round < 2; round++) {
    for (const person of people) {
      if (!person.page) continue;
      await quiet(person);
      const state = stateOf(person);
      if (!state || state.halt || state.question || !state.inside) continue;
      say(person, `${CLEAR} last word ${round} of ${person.name}`);
      await quiet(person);
    }
  }
  for (const { page } of people) if (page) await idle(page);
}

/** Nothing is on its way any more, or the person has been told why. */
async function quiet({ page }: Person): Promise<void> {
  if (!page) return;
  await until(page, ({ items, halt, question, connection, people }) => {
    const waits = items.some(
      item => item.kind === 'line' && ['queued', 'waiting'].includes(item.delivery?.state ?? ''),
    );
    return (
      halt !== undefined || question?.kind === 'fork' || people.length === 0 || (connection.kind === 'online' && !waits)
    );
  });
  await idle(page);
}

const seed = Number(process.env.BYTECHAT_TEST_SEED ?? Date.now() % 2 ** 31);
let alarms = 0;

test('no two people disagree about a line without a warning on a screen', { timeout: 240_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(life, fates, async (moments, lies) => {
      const room = new NoisyRoom(`room-${++rooms}`);
      const place: Place = { roomId: room.id, secret: room.secret, clock, transport: transportTo(room) };
      const people = NAMES.map(newPerson);
      for (const person of people.slice(0, 3)) await enter(person, place);
      for (const person of people.slice(3)) person.stayed = false;
      for (const { page } of people) if (page) await until(page, state => state.people.length === 2);
      room.fates = lies[Symbol.iterator]();
      for (const acts of moments) {
        await Promise.all(acts.map(({ who, deed }) => perform(people[who], deed, place)));
        // What was written goes out while the relay still lies.
        for (const { page } of people) if (page) await idle(page);
      }
      await lastWords(people, room);
      checkLines(people);
      checkPairs(people);
      alarms += people.filter(({ page }) => page).filter(warned).length;
      for (const { page } of people) page?.dispose();
    }),
    { numRuns: thorough ? 150 : 25, seed, endOnFailure: true },
  );
  // The relay has lied, and to some effect.
  expect(alarms).toBeGreaterThan(0);
});
