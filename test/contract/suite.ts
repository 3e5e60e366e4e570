import { writeFileSync } from 'node:fs';
import { test as base, describe, expect } from 'vitest';
import { bytechat, start } from './bytechat.ts';
import { dieAtEvent, eventsOfDeploy } from './die.ts';
import { ask, loadOn } from './load.ts';
import type { Place } from './place.ts';

/** A few edges of all, other ones each time, so that a quick run still visits them all in the end. */
const sample = (count: number, sparse: number): number[] => {
  const offset = Math.floor(Math.random() * sparse);
  return Array.from({ length: count }, (_, index) => index + 1).filter(edge => edge % sparse === offset);
};

/** As the plain view says it. */
const madeIt = ({ made }: Place): string => `${made.padEnd(9)} done`;

export interface Promises {
  /** True when a hand-over drops no connection. */
  readonly gapless: boolean;
  /** True when a release can be asked what it would do to the data before it has them. */
  readonly guardsData: boolean;
  /** Kill at every edge of a deploy, or at a sample. */
  readonly everyEdge: boolean;
  /** Of how many edges one is tried where not all are. Default: 5. */
  readonly sparse?: number;
  /** How long one promise may take to be tried, in ms. */
  readonly patience?: number;
  /** How often people ask while releases change hands, in 1/s, each time on a new connection. Default: 50. */
  readonly asked?: number;
}

interface Ours {
  readonly place: Place;
  /** Deploys, which must go well; answers with the address. */
  readonly deploy: (...args: string[]) => Promise<string>;
}

/** Each test has a place of its own, with the first version of the app in it. */
const withPlace = (create: () => Place) =>
  base.extend<Ours>({
    // biome-ignore lint/correctness/noEmptyPattern: vitest reads which fixtures are needed from here
    place: async ({}, use) => {
      const place = create();
      place.write({ text: 'one' });
      await use(place);
      const two = await place.sawTwoWriters();
      await place.dispose();
      expect(two).toBe(false);
    },
    deploy: async ({ place }, use) => {
      await use(async (...args) => {
        const ran = await bytechat(place.project, 'deploy', ...args);
        expect(ran, ran.stderr).toMatchObject({ exit: 0 });
        return ran.stdout.trim();
      });
    },
  });

/**
 * What every target promises. A target joins by a `Place`, and changes none of this. The tests mostly wait for somebody
 * else, so they do it side by side: each has a place of its own.
 */
export const contract = (
  name: string,
  create: () => Place,
  { gapless, guardsData, everyEdge, sparse = 5, patience = 60_000, asked = 50 }: Promises,
): void => {
  const test = withPlace(create);
  describe(`the contract on ${name}`, { timeout: patience, concurrent: true }, () => {
    test('deploy prints the address alone, and the app answers there', async ({ deploy }) => {
      const url = await deploy();
      expect(url).toMatch(/^http:\/\/localhost:\d+$/);
      expect(await ask(url)).toBe('one');
    });

    test('a second deploy changes nothing, and says so', async ({ place, deploy }) => {
      const url = await deploy();
      const before = await place.fingerprint();
      const ran = await bytechat(place.project, 'deploy', '--json');
      expect(await place.fingerprint()).toBe(before);
      expect(JSON.parse(ran.stdout.trim().split('\n').at(-1) ?? '')).toMatchObject({
        type: 'end',
        report: { ok: true, changed: false },
      });
      expect(await deploy()).toBe(url);
    });

    test('a changed app takes over under load', async ({ place, deploy }) => {
      const url = await deploy();
      place.write({ text: 'two' });
      const load = loadOn(url, asked);
      expect(await deploy()).toBe(url);
      const { bodies, failures } = await load.stop();
      if (gapless) expect(failures).toEqual([]);
      expect(new Set(bodies)).toEqual(new Set(['one', 'two']));
      expect(await ask(url)).toBe('two');
    });

    test.for([
      { behaviour: 'crash', cause: 'boom: the database is gone' },
      { behaviour: 'crash-later', cause: 'boom: too late' },
      { behaviour: 'never-healthy', cause: 'still waiting for the moon' },
      { behaviour: 'wrong-probe', cause: '404' },
    ] as const)(
      'a bad version ($behaviour) leaves the old one serving, and the cause is named',
      async ({ behaviour, cause }, { place, deploy }) => {
        const url = await deploy();
        place.write({ text: 'bad', behaviour });
        const load = loadOn(url, asked);
        const ran = await bytechat(place.project, 'deploy');
        const { bodies, failures } = await load.stop();
        expect(ran.exit).toBe(1);
        expect(ran.stderr).toContain(cause);
        expect(ran.stderr).toMatch(/Evidence +\S+/);
        expect(ran.stderr.trim().split('\n').at(-1)).toMatch(/failed: .* serves\./);
        expect(await ask(url)).toBe('one');
        if (gapless && behaviour !== 'crash-later')
          expect({ failures, bodies: [...new Set(bodies)] }).toEqual({ failures: [], bodies: ['one'] });
      },
    );

    test('a slow start that recovers is waited for', async ({ place, deploy }) => {
      await deploy();
      place.write({ text: 'slow', behaviour: 'slow' });
      expect(await ask(await deploy())).toBe('slow');
    });

    test('rollback goes to the release before, and to any that is recorded', async ({ place, deploy }) => {
      const url = await deploy();
      for (const text of ['two', 'three']) {
        place.write({ text });
        await deploy();
      }
      expect(await bytechat(place.project, 'rollback')).toMatchObject({ exit: 0 });
      expect(await ask(url)).toBe('two');
      const { records } = JSON.parse((await bytechat(place.project, 'history', '--json')).stdout);
      const first = records.at(-1).release;
      expect(await bytechat(place.project, 'rollback', '--to', first.slice(0, 6))).toMatchObject({ exit: 0 });
      expect(await ask(url)).toBe('one');
      expect(await bytechat(place.project, 'rollback', '--to', 'nowhere')).toMatchObject({ exit: 2 });
      const history = JSON.parse((await bytechat(place.project, 'history', '--json')).stdout);
      expect(
        history.records.map((record: { goal: string; result: string }) => `${record.goal} ${record.result}`),
      ).toEqual(['rollback serves', 'rollback serves', 'deploy serves', 'deploy serves', 'deploy serves']);
    });

    test('two deploys at once: one is refused, or waits, by choice', async ({ place, deploy }) => {
      await deploy();
      place.write({ text: 'two', behaviour: 'slow' });
      const first = start(place.project, ['deploy']);
      await first.said(madeIt(place));
      const [refused, seen] = await Promise.all([bytechat(place.project, 'deploy'), bytechat(place.project, 'status')]);
      const waited = start(place.project, ['deploy', '--lock-wait', '5m']);
      expect(refused).toMatchObject({ exit: 1 });
      expect(refused.stderr).toContain('locked');
      expect(seen.stdout).toMatch(/Deploying +\S+@\S+, at \w+, for/);
      expect(await first.ended).toMatchObject({ exit: 0 });
      const second = await waited.ended;
      expect(second, second.stderr).toMatchObject({ exit: 0 });
      expect(await ask(second.stdout.trim())).toBe('two');
    });

    test('Ctrl-C once goes back in order', async ({ place, deploy }) => {
      const url = await deploy();
      place.write({ text: 'two', behaviour: 'never-healthy' });
      const running = start(place.project, ['deploy']);
      await running.said(madeIt(place));
      running.kill('SIGINT');
      const ran = await running.ended;
      expect(ran, ran.stderr).toMatchObject({ exit: 130 });
      expect(ran.stderr).toContain('You stopped the deploy');
      expect(await ask(url)).toBe('one');
      expect((await bytechat(place.project, 'lock', 'status')).stdout).toContain('Nobody');
      place.write({ text: 'three' });
      expect(await ask(await deploy())).toBe('three');
    });

    test('a saved plan runs as it was reviewed, or is refused with what has moved', async ({ place, deploy }) => {
      const url = await deploy();
      place.write({ text: 'two' });
      const planned = await bytechat(place.project, 'plan', '--out', 'plan.json', '--detailed-exitcode');
      expect(planned).toMatchObject({ exit: 2 });
      expect(await ask(url)).toBe('one');
      expect(await bytechat(place.project, 'deploy', '--plan', 'plan.json')).toMatchObject({ exit: 0 });
      expect(await ask(url)).toBe('two');
      const again = await bytechat(place.project, 'deploy', '--plan', 'plan.json');
      expect(again).toMatchObject({ exit: 2 });
      expect(again.stderr).toContain('facts-moved');
      expect(await bytechat(place.project, 'plan', '--detailed-exitcode')).toMatchObject({ exit: 0 });
      writeFileSync(`${place.project}/broken.json`, '{"schema":9}');
      expect((await bytechat(place.project, 'deploy', '--plan', 'broken.json')).stderr).toContain('bad-plan');
    });

    test('kill -9 at every edge: something serves throughout, and the next run converges', {
      timeout: 10 * patience,
    }, async ({ place, deploy }) => {
      const url = await deploy();
      place.write({ text: 'version 0' });
      const edges = await eventsOfDeploy(place.project);
      expect(edges.length).toBeGreaterThan(10);
      for (const edge of everyEdge ? edges.map((_, index) => index + 1) : sample(edges.length, sparse)) {
        const text = `version ${edge}`;
        place.write({ text });
        const load = loadOn(url, Math.min(asked, 20));
        await dieAtEvent(place.project, edge);
        const ran = await bytechat(place.project, 'deploy');
        const { failures } = await load.stop();
        const where = `killed at ${edges[edge - 1]}`;
        expect({ where, exit: ran.exit, serves: await ask(url) }, ran.stderr).toEqual({ where, exit: 0, serves: text });
        if (gapless) expect({ where, failures }).toEqual({ where, failures: [] });
      }
      expect(await bytechat(place.project, 'plan', '--detailed-exitcode')).toMatchObject({ exit: 0 });
    });

    test.runIf(guardsData)(
      'data that only grow in form can be rolled back; others need a copy, and consent',
      async ({ place, deploy }) => {
        const url = await deploy();
        place.write({ text: 'two', data: { version: 2, compatibleWith: 1 } });
        await deploy();
        expect(await bytechat(place.project, 'rollback')).toMatchObject({ exit: 0 });
        expect(await ask(`${url}/notes`)).toBe('one\ntwo\none\n');

        place.write({ text: 'three', data: { version: 3, compatibleWith: 3 } });
        const refused = await bytechat(place.project, 'deploy');
        expect(refused).toMatchObject({ exit: 2 });
        expect(refused.stderr).toContain('data-one-way');
        expect(await ask(url)).toBe('one');

        await deploy('--accept-data-loss');
        expect(await ask(`${url}/notes`)).toBe('one\ntwo\none\nthree\n');
        const stuck = await bytechat(place.project, 'rollback');
        expect(stuck).toMatchObject({ exit: 2 });
        expect(stuck.stderr).toContain('data-too-new');
        expect(await ask(url)).toBe('three');

        expect(await bytechat(place.project, 'rollback', '--accept-data-loss')).toMatchObject({ exit: 0 });
        expect(await ask(`${url}/notes`)).toBe('one\ntwo\none\none\n');
      },
    );

    test.runIf(guardsData)(
      'a bad release that has changed the data for good leaves the old one its own',
      async ({ place, deploy }) => {
        const url = await deploy();
        place.write({ text: 'two', behaviour: 'crash-later', data: { version: 2, compatibleWith: 2 } });
        expect(await bytechat(place.project, 'deploy', '--accept-data-loss')).toMatchObject({ exit: 1 });
        expect(await ask(`${url}/notes`)).toBe('one\none\n');
      },
    );

    test('destroy leaves nothing', async ({ place, deploy }) => {
      await deploy();
      expect(await bytechat(place.project, 'destroy', '--yes', '--data')).toMatchObject({ exit: 0 });
      expect(await place.leftovers()).toEqual([]);
      expect(await bytechat(place.project, 'destroy', '--yes', '--data')).toMatchObject({ exit: 0 });
      expect(await ask(await deploy())).toBe('one');
    });
  });
};
