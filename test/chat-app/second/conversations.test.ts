/**
 * Random conversations over the real relay: two people with the chat's implementation, two with the second one, who
 * speak, come, go and lose their connections in any order, some of it at once. Whatever happens, each line is read by
 * exactly those who were listed when it was logged, once, and in order.
 *
 * A failure prints its seed; BYTECHAT_TEST_SEED repeats it.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { newLinkSecret } from '../../../chat-app/client/crypto/index.ts';
import { running } from '../server/support/relay.ts';
import { KIND } from './implementation/content.ts';
import { PATH } from './implementation/frames.ts';
import { core } from './support/core.ts';
import type { Person, Place } from './support/person.ts';
import { connect, heardAll, leave, linesOf, lose, person, renew, speak, speakAndLose } from './support/person.ts';
import { readersOf } from './support/readers.ts';
import type { Said } from './support/saying.ts';

const NAMES = ['alice', 'bob', 'carol', 'dave'] as const;
const KINDS = ['shipped', 'second', 'shipped', 'second'] as const;

type Deed = 'say' | 'say and lose' | 'come' | 'leave' | 'lose' | 'renew' | 'type';
interface Act {
  who: number;
  deed: Deed;
}

const act: fc.Arbitrary<Act> = fc.record({
  who: fc.nat(NAMES.length - 1),
  deed: fc.oneof(
    { weight: 6, arbitrary: fc.constant<Deed>('say') },
    { weight: 3, arbitrary: fc.constant<Deed>('come') },
    { weight: 4, arbitrary: fc.constantFrom<Deed>('say and lose', 'leave', 'lose', 'renew', 'type') },
  ),
});

/** What different people do at once. */
const moment = fc.uniqueArray(act, { minLength: 1, maxLength: 4, selector: ({ who }) => who });

interface Talk {
  people: Person[];
  /** By the line's text: what its author was told. */
  said: Map<string, Said & { author: string }>;
}

let rooms = 0;

async function newTalk(place: Place, now: () => number): Promise<Talk> {
  rooms += 1;
  const shared = { roomId: `room-${rooms}`, secret: newLinkSecret(), now };
  const cores = NAMES.map((name, at) => core(KINDS[at] ?? 'second', { ...shared, name }));
  return { people: (await Promise.all(cores)).map(each => person(each, place)), said: new Map() };
}

async function perform(talk: Talk, { who, deed }: Act): Promise<void> {
  const me = talk.people[who];
  if (!me) return;
  if (!me.socket) return deed === 'come' ? connect(me) : undefined;
  if (deed === 'leave') return leave(me);
  if (deed === 'lose') return lose(me);
  if (deed === 'renew') return renew(me);
  if (deed === 'type') return type(me);
  if (deed !== 'come') return utter(talk, me, deed);
}

async function utter({ said }: Talk, me: Person, deed: Deed): Promise<void> {
  const line = `line ${said.size + 1} of ${me.core.name}`;
  said.set(line, { id: '', readers: [], author: me.core.name });
  const done = await (deed === 'say' ? speak : speakAndLose)(me, { kind: KIND.text, text: line });
  if (done) said.set(line, { ...done, author: me.core.name });
  else said.delete(line);
}

/** Typing alone starts no chain. */
async function type(me: Person): Promise<void> {
  const frame = await me.core.signal().catch(() => undefined);
  if (frame) me.socket?.say(frame);
}

const settled = async ({ people }: Talk): Promise<void> => {
  for (const each of people) await heardAll(each);
};

/** Everybody who is listed comes back and hears all of it. */
async function end(talk: Talk): Promise<void> {
  for (const me of talk.people) if (me.listed && !me.socket) await connect(me);
  await settled(talk);
}

async function check({ people, said }: Talk): Promise<void> {
  const log = new Map(people.flatMap(({ inbox }) => [...inbox.entries]));
  const lines = people.flatMap(me => linesOf(me).map(line => ({ ...line, to: me.core.name })));
  for (const [text, { id, author, readers }] of said) {
    const read = lines.filter(line => line.id === id);
    const listed = readersOf(log, id).filter(name => name !== author);
    expect([text, read.map(({ to }) => to).toSorted()]).toEqual([text, listed.toSorted()]);
    expect(readers.toSorted()).toEqual(listed.toSorted());
    for (const line of read) {
      expect(line).toMatchObject({ from: author, body: { kind: KIND.text, text }, fork: false, unchecked: false });
    }
  }
  expect(new Set(lines.map(({ id }) => id)).size).toBeLessThanOrEqual(said.size);
  for (const me of people) checkOne(me);
  await checkLogs(people.filter(({ listed }) => listed));
}

/** In order, each once, and nothing that an honest relay would not do. */
function checkOne(me: Person): void {
  const seqs = linesOf(me).map(({ seq }) => seq);
  expect(seqs).toEqual([...new Set(seqs)].toSorted((a, b) => a - b));
  const wrong = me.inbox.happened.filter(each => {
    if (each.what === 'no') return !['stale-roster', 'slow-down', 'duplicate'].includes(each.code);
    return ['failed', 'missing', 'refused', 'outsider', 'stopped'].includes(each.what);
  });
  expect(wrong).toEqual([]);
}

async function checkLogs(listed: Person[]): Promise<void> {
  const logs = await Promise.all(listed.map(({ core }) => core.log()));
  const codes = await Promise.all(listed.map(({ core }) => core.roomCode()));
  expect(new Set(logs.map(({ seq, head }) => `${seq} ${head}`)).size).toBe(Math.min(1, listed.length));
  expect(new Set(codes).size).toBe(Math.min(1, listed.length));
}

const seed = Number(process.env.BYTECHAT_TEST_SEED ?? Date.now() % 2 ** 31);

test('every line is read by those who were listed, once, in order', { timeout: 240_000 }, async () => {
  const { url, clock } = await running();
  const place = { url: `${url.replace('http', 'ws')}${PATH}`, pass: clock.pass };
  await fc.assert(
    fc.asyncProperty(fc.array(moment, { minLength: 8, maxLength: 16 }), async moments => {
      const talk = await newTalk(place, clock.now);
      for (const me of talk.people.slice(0, 3)) await connect(me);
      for (const acts of moments) {
        await Promise.all(acts.map(each => perform(talk, each)));
        await settled(talk);
      }
      await end(talk);
      await check(talk);
      for (const me of talk.people) await lose(me);
    }),
    { numRuns: 25, seed, endOnFailure: true },
  );
});
