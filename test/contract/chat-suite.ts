/** The chat itself, handed over under load: nobody is refused, nothing that was acknowledged is lost. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, realpathSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Person, person } from '../chat-app/server/support/person.ts';
import { bytechat, repository } from './bytechat.ts';

/** Where the real chat is deployed, and how much it is asked for there. */
export interface ChatPlace {
  readonly name: string;
  /** Writes `bytechat.yaml` for the built chat that lies in `chat`. */
  configure(project: string): void;
  /** New connections a second. */
  readonly rates: readonly number[];
  /** How long one promise may take to be tried, in ms. */
  readonly patience: number;
}

/** What the checks of the chat are, as YAML below `app`. */
export const HEALTH = ['  health:', '    - http: /readyz', "    - exec: [node, probe.js, '{url}']"].join('\n');

let project: string;
let port: number;

/** Another file makes another release of the same relay. */
const release = async (name: string): Promise<string> => {
  writeFileSync(join(project, 'chat', 'client', 'release.txt'), name);
  const ran = await bytechat(project, 'deploy');
  expect(ran, ran.stderr).toMatchObject({ exit: 0 });
  return ran.stdout.trim();
};

const connections = (perSecond: number): ChildProcess =>
  spawn(process.execPath, [join(import.meta.dirname, 'connector.ts'), String(port), '/healthz', String(perSecond)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });

const countOf = async (load: ChildProcess): Promise<{ answered: number; failures: object }> => {
  let text = '';
  load.stdout?.on('data', chunk => {
    text += chunk;
  });
  load.stdin?.end();
  await once(load, 'close');
  return JSON.parse(text);
};

/** The relay takes 20 lines a second from one person. */
const PACE_MS = 80;

/** Speaks until told to stop, and comes back whenever the relay says 1012. Every line of it was acknowledged. */
const talk = async (who: Person, goesOn: () => boolean): Promise<string[]> => {
  const said: string[] = [];
  for (let count = 0; goesOn(); count++) {
    const line = `${who.name} ${count}`;
    while (!(await sayOrReturn(who, line)));
    said.push(line);
    await sleep(PACE_MS);
  }
  return said;
};

const sayOrReturn = async (who: Person, line: string): Promise<boolean> => {
  try {
    await who.say(line);
    return true;
  } catch (error) {
    expect(await who.wire.closed).toBe(1012);
    await who.connect(`ws://127.0.0.1:${port}/ws`);
    expect(String(error)).toContain('1012');
    return false;
  }
};

/** What the chat promises wherever it is deployed. */
export const chatContract = ({ name, configure, rates, patience }: ChatPlace): void => {
  describe(`the chat on ${name}`, { timeout: patience }, () => {
    beforeEach(async () => {
      project = realpathSync(mkdtempSync(join(tmpdir(), 'bytechat-chat-')));
      cpSync(join(repository, 'dist', 'chat-app'), join(project, 'chat'), { recursive: true });
      configure(project);
      port = Number(new URL(await release('first')).port);
    }, patience);
    afterEach(async () => {
      await bytechat(project, 'destroy', '--data', '--yes');
      await rm(project, { recursive: true, force: true });
    }, patience);

    test.for(rates)('%i new connections a second: none fails over three hand-overs', async rate => {
      const load = connections(rate);
      for (const name of ['second', 'third', 'fourth']) await release(name);
      const { answered, failures } = await countOf(load);
      expect(failures).toEqual({});
      expect(answered).toBeGreaterThan(rate);
    });

    test('two people talk through three hand-overs: every acknowledged line arrives, in order', async () => {
      const url = `ws://127.0.0.1:${port}/ws`;
      const [alice, bob] = [await person(url, 'alice'), await person(url, 'bob')];
      await alice.until(event => event.type === 'joined');
      let goesOn = true;
      const talking = [talk(alice, () => goesOn), talk(bob, () => goesOn)];
      for (const name of ['second', 'third', 'fourth']) await release(name);
      goesOn = false;
      const [byAlice = [], byBob = []] = await Promise.all(talking);
      await Promise.all([alice.say('the end'), bob.say('the end')].map(each => each.catch(() => {})));
      const heard = async (who: Person, from: string): Promise<string[]> => {
        await who.until(event => event.type === 'line' && event.body.kind === 'text' && event.body.text === 'the end');
        return who.lines().filter(line => line.startsWith(`${from}: ${from} `));
      };
      expect(byAlice.length).toBeGreaterThan(3);
      const distinct = (lines: string[]): string[] => [...new Set(lines)];
      const fromAlice = await heard(bob, 'alice');
      expect(distinct(fromAlice)).toEqual(fromAlice);
      expect(fromAlice).toEqual(expect.arrayContaining(byAlice.map(line => `alice: ${line}`)));
      const fromBob = await heard(alice, 'bob');
      expect(fromBob).toEqual(expect.arrayContaining(byBob.map(line => `bob: ${line}`)));
    });

    test('what was said before a rollback is there after it, and a second deploy does nothing', async () => {
      const url = `ws://127.0.0.1:${port}/ws`;
      const [alice, bob] = [await person(url, 'alice'), await person(url, 'bob')];
      await alice.until(event => event.type === 'joined');
      await alice.say('kept');
      await release('second');
      expect(await bytechat(project, 'rollback')).toMatchObject({ exit: 0 });
      await Promise.all([alice.connect(url), bob.connect(url)]);
      await alice.say('said later');
      await bob.until(event => event.type === 'line' && event.body.kind === 'text' && event.body.text === 'said later');
      expect(bob.lines()).toContain('alice: kept');
      writeFileSync(join(project, 'chat', 'client', 'release.txt'), 'first');
      expect(await bytechat(project, 'plan', '--detailed-exitcode')).toMatchObject({ exit: 0 });
      expect(await bytechat(project, 'status')).toMatchObject({ exit: 0 });
    });
  });
};
