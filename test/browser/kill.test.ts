/** A page that the system kills at any moment (e2ee/1, section 11). `SEED=…` repeats a run. */
import process from 'node:process';
import { expect, test } from 'vitest';
import { harbourApart } from '../support/harbour.ts';
import { newPerson, type Person } from '../support/person.ts';
import { killRenderers } from '../support/renderer.ts';
import { usedTwice } from '../support/sealed-frames.ts';
import { thorough } from '../support/thorough.ts';

/** A renderer that comes back loads everything anew: seconds, on a busy machine. */
const timeout = 300_000;

const { hers, room, aliceAndBob } = harbourApart();

/** Another tab of the same profile. The browser may still hand out a renderer that was killed while it was spare. */
async function reopened(person: Person): Promise<Person> {
  const again = await newPerson(hers(), person.page.context()).catch(error => {
    if (!String(error).includes('crashed')) throw error;
    return newPerson(hers(), person.page.context());
  });
  await again.page.goto(room());
  await again.page.getByRole('log').waitFor();
  return again;
}

const alarms = ({ page }: Person): Promise<string[]> => page.locator('.halt, .banner, .remark.fault').allTextContents();

test('the renderer killed at random moments: nothing is lost, repeated or used twice', { timeout }, async () => {
  const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
  const chance = random(seed);
  const start = await aliceAndBob();
  const { bob } = start;
  let { alice } = start;
  const frames: Buffer[] = [];
  const hersShown = new Set<string>();
  const his: string[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const life = (async () => {
      for (let line = 0; line < 6; line++) {
        await alice.say(`alice ${round}.${line}`);
        for (const text of await alice.lines()) if (text.startsWith('alice')) hersShown.add(text);
      }
    })().catch(() => undefined);
    const talk = (async () => {
      for (let line = 0; line < 3; line++) {
        his.push(`bob ${round}.${line}`);
        await bob.say(`bob ${round}.${line}`);
      }
    })();
    await new Promise(resolve => setTimeout(resolve, chance() * 700));
    await killRenderers(hers());
    await Promise.all([life, talk]);
    frames.push(...alice.frames);
    await alice.page.close();
    alice = await reopened(alice);
  }
  await alice.say('the end');
  await bob.sees('the end');
  await bob.say('it is');
  await alice.sees('it is');
  frames.push(...alice.frames);
  const [hersNow, hisNow] = [await alice.lines(), await bob.lines()];
  const of = (name: string, lines: string[]) => lines.filter(text => text.startsWith(name));
  const told = `SEED=${seed}`;
  expect(of('bob', hersNow), told).toEqual(his);
  expect(of('bob', hisNow), told).toEqual(his);
  expect(of('alice', hisNow), told).toEqual(of('alice', hersNow));
  expect(new Set(of('alice', hersNow)).size, told).toBe(of('alice', hersNow).length);
  expect(
    [...hersShown].filter(text => !hersNow.includes(text)),
    told,
  ).toEqual([]);
  expect(usedTwice(frames), told).toEqual([]);
  expect([await alarms(alice), await alarms(bob)], told).toEqual([[], []]);
  expect(frames.length).toBeGreaterThan(ROUNDS);
});

const ROUNDS = thorough ? 5 : 2;

/** Repeatable: a linear congruential generator. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state / 2 ** 31;
  };
}
