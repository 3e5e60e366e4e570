/** An evening with four people, bad connections and a relay that is restarted, as the real client's cryptography sees it. */
import { expect, test } from 'vitest';
import type { RoomEvent } from '../../../chat-app/client/crypto/events.ts';
import { chance } from './support/chance.ts';
import type { Person } from './support/person.ts';
import { person } from './support/person.ts';
import { running } from './support/relay.ts';

const NAMES = ['alice', 'bob', 'carol', 'dave'];
const STEPS = 120;

test.each([1, 2, 3])('seed %d: whoever is listed reads every line once, and no history is torn', async seed => {
  const pick = chance(seed);
  let relay = await running();
  const people: Person[] = [];
  for (const name of NAMES) people.push(await person(relay.socketUrl, name));
  const here = new Set(people);
  const said: { text: string; readers: string[] }[] = [];
  const read = new Map<string, string[]>(NAMES.map(name => [name, []]));
  const settleAll = async () => {
    for (const each of here) {
      await each.settle();
      read.get(each.name)?.push(...each.lines());
    }
  };
  for (let step = 0; step < STEPS; step++) {
    await settleAll();
    const one = people[pick(people.length)] as Person;
    const what = pick(10);
    if (!here.has(one)) {
      await one.connect(relay.socketUrl);
      here.add(one);
    } else if (what < 6) {
      const { obstacle, people: others } = await one.member.snapshot();
      if (obstacle) continue;
      const text = `line ${step}`;
      await one.say(text);
      said.push({ text: `${one.name}: ${text}`, readers: others.map(({ name }) => name) });
    } else if (what < 8) {
      await one.wire.close();
      here.delete(one);
    } else if (what < 9) {
      one.wire.say({ type: 'leave' });
      await one.until(({ type }) => type === 'removed');
      await one.wire.close();
      here.delete(one);
    } else {
      await relay.stop();
      relay = await running({ dataDir: relay.dataDir });
      for (const each of here) await each.connect(relay.socketUrl);
    }
    await relay.clock.pass(100);
  }
  for (const each of people) if (!here.has(each)) await each.connect(relay.socketUrl);
  for (const each of people) here.add(each);
  await settleAll();

  for (const each of people) expect(each.events.filter(({ type }) => WRONG.has(type))).toEqual([]);
  for (const name of NAMES) {
    const owed = said.filter(({ readers }) => readers.includes(name)).map(({ text }) => text);
    expect(read.get(name)).toEqual(owed);
  }
  expect(said.length).toBeGreaterThan(10);
});

const WRONG: ReadonlySet<RoomEvent['type']> = new Set([
  'stopped',
  'fork',
  'unreadable',
  'missing',
  'refused',
  'outsider',
  'clock',
  'ignored',
]);
