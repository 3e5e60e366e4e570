/** Seats, gaps and the end of the log, told by a relay that may lie: both implementations must say the same. */
import { beforeEach, describe, expect, test } from 'vitest';
import { makeBundle } from './implementation/bundle.ts';
import type { Bytes } from './implementation/bytes.ts';
import { base64url, ZEROS } from './implementation/bytes.ts';
import type { Data } from './implementation/frames.ts';
import { newPair, random } from './implementation/primitives.ts';
import { entry, headAfter, linkKeys, roomOf } from './implementation/room.ts';
import type { Happening } from './implementation/state.ts';
import { bothSay, named, ROOM, SECRET, text } from './support/both.ts';
import { core } from './support/core.ts';
import { codeOf } from './support/saying.ts';
import type { Seated } from './support/stage.ts';
import { frame, hello, knock, stage } from './support/stage.ts';

const HOUR = 3_600_000;
let now: number;
let readers: Seated[];

beforeEach(async () => {
  now = Date.now();
  const cores = [
    await core(
      'shipped',
      named('bob', () => now),
    ),
    await core(
      'second',
      named('carol', () => now),
    ),
  ];
  const alice = bundleOf('alice');
  readers = await stage(cores, [alice.bytes]);
});

/** Somebody with the link, whose bundle lives so long. */
function bundleOf(name: string, lifeMs = HOUR, created = now) {
  const room = roomOf(ROOM);
  const [identity, keys] = [newPair(), { spk: newPair().point, sid: random(8) }];
  const claims = { room, name, ik: identity.point, ...keys, created, expires: created + lifeMs };
  return makeBundle(identity, claims, linkKeys(SECRET, room).tagKey);
}

const join = (bundle: Bytes, seq: number): Data => frame('join', base64url(bundle), seq);
const leave = (id: Bytes, seq: number): Data => frame('leave', base64url(id), 1, seq);
const synced = (seq: number): Data => frame('synced', seq);
const all = (...frames: Data[]): Promise<Happening[]> => bothSay(readers, () => frames);

const joined = (name: string) => [
  { what: 'joined', name },
  { what: 'key', code: 'new', name },
];
const refused = (code: string, name: string) => ({ what: 'refused', code, name });

/** They lose the connection, time passes, and they ask for what they have missed. */
async function resumeAfter(ms: number): Promise<void> {
  now += ms;
  for (const { core: each } of readers) {
    await each.disconnected();
    await each.hear(hello(now));
    expect(await each.resume()).toBeDefined();
  }
}

/** What keeps each of them from writing. */
async function obstacles(): Promise<(string | undefined)[]> {
  return Promise.all(readers.map(({ core: each }) => each.seal(text('hi')).then(() => undefined, codeOf)));
}

describe('a gap', () => {
  test('in which somebody came whose bundle has run out since: it was good then', async () => {
    const { bytes } = bundleOf('dave', HOUR / 2);
    await resumeAfter(0.75 * HOUR);
    expect(await all(join(bytes, 2), synced(2))).toEqual([...joined('dave'), { what: 'synced', seq: 2 }]);
    expect(await obstacles()).toEqual(['bundle-expired', 'bundle-expired']);
  });

  test('that is over: the same bundle is too old', async () => {
    const { bytes } = bundleOf('dave', HOUR / 2);
    await resumeAfter(0.75 * HOUR);
    expect(await all(synced(1), join(bytes, 2))).toEqual([
      { what: 'synced', seq: 1 },
      refused('bundle-expired', 'dave'),
    ]);
  });

  test('in which a bundle that had left comes back, having run out: it has left, until the gap is over', async () => {
    const { bytes, id } = bundleOf('dave', HOUR / 2);
    await all(join(bytes, 2), leave(id, 3), synced(3));
    await resumeAfter(0.75 * HOUR);
    expect(await all(join(bytes, 4), synced(4), join(bytes, 5))).toEqual([
      refused('bundle-replayed', 'dave'),
      { what: 'synced', seq: 4 },
      refused('bundle-expired', 'dave'),
    ]);
  });

  test('from which somebody comes out of the future', async () => {
    const { bytes } = bundleOf('dave', HOUR, now + 0.75 * HOUR + 660_000);
    await resumeAfter(0.75 * HOUR);
    expect(await all(join(bytes, 2))).toEqual([refused('bundle-expired', 'dave')]);
  });

  test('a leave of somebody unknown counts when they come', async () => {
    const { bytes, id } = bundleOf('dave');
    expect(await all(leave(id, 2), join(bytes, 3))).toEqual([refused('bundle-replayed', 'dave')]);
  });
});

describe('the end of the log', () => {
  test.each([
    ['further', 3, 'log-gap'],
    ['not so far', 0, 'log-rollback'],
  ])('is %s: nothing is followed or sealed from there on', async (_, seq, code) => {
    expect(await all(synced(seq))).toEqual([{ what: 'stopped', code }]);
    expect(await all(join(bundleOf('dave').bytes, 2), synced(2))).toEqual([]);
    expect(await obstacles()).toEqual([code, code]);
  });

  test('is not told yet: nothing is sealed', async () => {
    await resumeAfter(0);
    expect(await obstacles()).toEqual(['unavailable', 'unavailable']);
  });
});

describe('a seat', () => {
  /** Each knocks again, and is told of a room with both in it. */
  async function again(seat: (own: Bytes) => { seq: number; head: Bytes }, others: readonly Bytes[] = []) {
    const here: Seated[] = [];
    for (const { core: each } of readers) here.push(await knock(each));
    return bothSay(here, at => {
      const own = here[at]?.bundle ?? ZEROS;
      const { seq, head } = seat(own);
      const members = [...others, own].map(base64url);
      return [frame('room', { seq, head: base64url(head), members, earlier: 0 }), synced(seq)];
    });
  }

  const next = (own: Bytes) => ({ seq: 2, head: headAfter(ZEROS, 2, entry.join(own)) });

  test('right after what I know, with the head that I compute', async () => {
    expect(await again(next)).toEqual([{ what: 'synced', seq: 2 }]);
    expect(await obstacles()).toEqual(['alone', 'alone']);
  });

  test('with another head', async () => {
    expect(await again(() => ({ seq: 2, head: random(32) }))).toEqual([{ what: 'stopped', code: 'fork' }]);
    expect(await obstacles()).toEqual(['fork', 'fork']);
  });

  test('that goes back', async () => {
    expect(await again(() => ({ seq: 1, head: ZEROS }))).toEqual([{ what: 'stopped', code: 'log-rollback' }]);
  });

  test('after entries that I was not shown', async () => {
    const unseen = { what: 'unseen', from: 2, to: 4 };
    expect(await again(() => ({ seq: 5, head: ZEROS }))).toEqual([unseen, { what: 'synced', seq: 5 }]);
  });

  test('among people who cannot be right', async () => {
    const [dave, other] = [bundleOf('dave'), bundleOf('dave')];
    const late = bundleOf('erin', HOUR, now - 2 * HOUR);
    expect(
      await again(
        next,
        [dave, other, late].map(({ bytes }) => bytes),
      ),
    ).toEqual([
      { what: 'key', code: 'new', name: 'dave' },
      refused('duplicate-member', 'dave'),
      refused('bundle-expired', 'erin'),
      { what: 'synced', seq: 2 },
    ]);
  });

  test('that nobody asked for, or in which I do not sit, is none', async () => {
    const members = [base64url(bundleOf('dave').bytes)];
    const room = frame('room', { seq: 2, head: base64url(random(32)), members, earlier: 0 });
    expect(await all(room, synced(1))).toEqual([{ what: 'synced', seq: 1 }]);
    for (const { core: each } of readers) await knock(each);
    expect(await all(room)).toEqual([]);
    expect(await obstacles()).toEqual(['unavailable', 'unavailable']);
  });

  test.each([
    ['name-taken', undefined],
    ['slow-down', 'unavailable'],
  ])('that is refused with %s leaves the old one', async (code, obstacle) => {
    for (const { core: each } of readers) await each.join();
    await all(frame('no', { code }));
    expect(await obstacles()).toEqual([obstacle, obstacle]);
  });
});
