import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { launchChromium } from './chromium.ts';
import { joinRoom, newPerson, type Person, startRoom } from './person.ts';
import { type RunningRelay, startRelay } from './relay.ts';

/** A relay of each test's own. Asked for at the top of a file, or in a `describe`. */
const relayOfEach = (): (() => RunningRelay) => {
  let relay: RunningRelay;
  beforeEach(async () => {
    relay = await startRelay();
  });
  afterEach(() => relay.dispose());
  return () => relay;
};

const meet = async (alice: Person, bob: Person, origin: string) => {
  await startRoom(alice, origin, { roomId: 'harbour', name: 'alice' });
  const invitation = await alice.invitation();
  await joinRoom(bob, invitation, 'bob');
  await alice.meets('bob');
  return { alice, bob, invitation };
};

/** The room `harbour`: one browser for all who come, who all leave after the test, without a fault in their pages. */
export const harbour = () => {
  let browser: Browser;
  let people: Person[] = [];
  const relay = relayOfEach();
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser.close());
  afterEach(async () => {
    const leaving = people;
    people = [];
    expect(leaving.flatMap(({ faults }) => faults)).toEqual([]);
    await Promise.all(leaving.map(each => each.leaveBrowser()));
  });
  const somebody = async (): Promise<Person> => {
    const person = await newPerson(browser);
    people.push(person);
    return person;
  };
  const aliceAndBob = async () => meet(await somebody(), await somebody(), relay().origin);
  return { relay, browser: () => browser, somebody, aliceAndBob };
};

/** The same with a browser for each of the two, so that all renderers of one can be ended. */
export const harbourApart = () => {
  let hers: Browser;
  let his: Browser;
  const relay = relayOfEach();
  beforeAll(async () => {
    [hers, his] = await Promise.all([launchChromium(), launchChromium()]);
  });
  afterAll(() => Promise.all([hers.close(), his.close()]));
  const aliceAndBob = async () => meet(await newPerson(hers), await newPerson(his), relay().origin);
  return { relay, hers: () => hers, room: () => `${relay().origin}/r/harbour`, aliceAndBob };
};
