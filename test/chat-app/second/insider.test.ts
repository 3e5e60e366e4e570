/** What a member with good keys may seal: both implementations must make the same of it. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readBundle } from './implementation/bundle.ts';
import type { Bytes } from './implementation/bytes.ts';
import { cat, u8, u64, utf8, ZEROS } from './implementation/bytes.ts';
import type { Lane } from './implementation/chain.ts';
import { pad } from './implementation/content.ts';
import type { Data } from './implementation/frames.ts';
import { random } from './implementation/primitives.ts';
import type { Happening } from './implementation/state.ts';
import { bothSay, named, ROOM, SECRET } from './support/both.ts';
import { core } from './support/core.ts';
import { keyFrame, msgFrame, stage } from './support/stage.ts';
import type { Trick } from './support/villain.ts';
import { disguise, keyFor, trick, villain } from './support/villain.ts';

interface Sent extends Trick {
  /** On which lane it is delivered; default: on its own. */
  as?: Lane;
}

/** Told to two readers, one of each implementation; what both say of it. The line after the seat has seq 2. */
async function bothOpen(tricks: readonly Sent[]): Promise<Happening[]> {
  const alice = disguise(ROOM, SECRET, 'alice');
  const people = await stage(
    [await core('shipped', named('bob')), await core('second', named('carol'))],
    [alice.bundle.bytes],
  );
  const readers = people.map(({ bundle }) => readBundle(bundle));
  const her = villain({ roomId: ROOM, secret: SECRET, readers }, alice);
  const lines = tricks.map(each => ({ as: each.as ?? each.lane, bytes: trick(her, each) }));
  return bothSay(people, at => [keyFrame(keyFor(her, readers[at] ?? her.bundle)), ...delivered(lines)]);
}

function delivered(lines: { as: Lane; bytes: Bytes }[]): Data[] {
  let seq = 1;
  return lines.map(({ as, bytes }) => {
    if (as === 'eph') return cat(u8(0x83), bytes);
    seq += 1;
    return msgFrame(seq, bytes);
  });
}

interface Said {
  kind?: number;
  body?: Bytes;
  viewSeq?: number;
  viewHead?: Bytes;
}

const content = ({ kind = 1, body = utf8('hi'), viewSeq = 1, viewHead = ZEROS }: Said): Buffer =>
  cat(u8(kind), u64(0), u64(viewSeq), viewHead.slice(0, 16), body);

const line = (i: number, said: Said = {}, more: Partial<Sent> = {}): Sent => ({
  lane: 'msg',
  i,
  id: random(16),
  padded: pad(content(said)),
  ...more,
});
const event = (i: number, said: Said): Sent => line(i, said, { lane: 'eph' });

const failed = (code: string) => ({ what: 'failed', code, from: 'alice' });
const missing = (count: number) => ({ what: 'missing', count, from: 'alice' });
const read = (more: object = {}) => expect.objectContaining({ what: 'line', fork: false, unchecked: false, ...more });
const id = random(16);

test.each<[string, Sent[], unknown[]]>([
  ['text that is not UTF-8 moves no chain', [line(0, { body: u8(0xff) }), line(0)], [failed('msg-format'), read()]],
  ['content that is too short', [line(0, {}, { padded: pad(random(32)) })], [failed('msg-format')]],
  ['an edit that names half a line', [line(0, { kind: 2, body: random(8) })], [failed('msg-format')]],
  ['a delete and a byte', [line(0, { kind: 3, body: random(17) })], [failed('msg-format')]],
  [
    'a reaction without anything',
    [line(0, { kind: 5, body: id })],
    [read({ body: { kind: 5, target: id, text: '' } })],
  ],
  ['a newer kind, with anything', [line(0, { kind: 9, body: u8(0xff) })], [read({ body: { kind: 9 } })]],
  ['kind 0', [line(0, { kind: 0 })], [read({ body: { kind: 0 } })]],
  ['a byte order mark', [line(0, { body: utf8('\ufeffhi') })], [read({ body: { kind: 1, text: '\ufeffhi' } })]],
  ['more padding than needed', [line(0, {}, { padded: cat(content({}), u8(0x80), Buffer.alloc(4060)) })], [read()]],
  ['no padding', [line(0, {}, { padded: cat(content({}), Buffer.alloc(29, 1)) })], [failed('msg-format')]],
  ['nothing but zeros', [line(0, {}, { padded: Buffer.alloc(64) })], [failed('msg-format')]],
  ['a view of the line itself', [line(0, { viewSeq: 2 })], [read({ fork: true })]],
  ['a view of what is to come', [line(0, { viewSeq: 3 })], [read({ fork: true, unchecked: false })]],
  ['another head', [line(0, { viewHead: random(16) })], [read({ fork: true })]],
  ['a view from before', [line(0, { viewSeq: 0 })], [read({ unchecked: true })]],
  [
    'a number above 2^53',
    [line(0, {}, { padded: pad(cat(u8(1), random(8).fill(0xff), random(40))) })],
    [failed('msg-format')],
  ],
  ['one id twice', [line(0, {}, { id }), line(1, {}, { id })], [read(), failed('duplicate')]],
  [
    'one id twice, with a gap',
    [line(0, {}, { id }), line(3, {}, { id }), line(2)],
    [read(), missing(2), failed('duplicate'), read()],
  ],
  [
    'the last index, and what was skipped',
    [line(499), line(242), line(243), line(243)],
    [missing(499), read(), failed('replay'), read(), failed('replay')],
  ],
  ['an index too many', [line(500)], [failed('too-far')]],
  ['an event as a message', [line(0, {}, { lane: 'eph', as: 'msg' })], [failed('msg-sig')]],
  ['a message as an event', [line(0), line(1, {}, { as: 'eph' })], [read(), failed('msg-sig')]],
  [
    'typing, with more than that',
    [line(0), event(0, { kind: 1, body: random(9) })],
    [read(), { what: 'signal', kind: 1, upTo: undefined, from: 'alice' }],
  ],
  [
    'read, with more than that',
    [line(0), event(5, { kind: 2, body: cat(u64(7), u8(1)) })],
    [read(), { what: 'signal', kind: 2, upTo: 7, from: 'alice' }],
  ],
  ['read, with less', [line(0), event(0, { kind: 2, body: random(7) })], [read(), failed('msg-format')]],
  ['an event of a newer kind', [line(0), event(0, { kind: 3 })], [read()]],
  ['an event that was skipped', [line(0), event(1, { kind: 3 }), event(0, { kind: 1 })], [read(), failed('replay')]],
  [
    'an event of index 1,000',
    [line(0), event(999, { kind: 3 }), event(1000, { kind: 3 })],
    [read(), failed('too-far')],
  ],
  ['an event before any message', [event(0, { kind: 1 }), line(0)], [failed('no-chain'), failed('no-chain')]],
])('%s', async (_, tricks, expected) => {
  expect(await bothOpen(tricks)).toEqual(expected);
});

test('anything at all', { timeout: 120_000 }, async () => {
  const ids = [random(16), random(16)];
  const said = fc.record({
    kind: fc.nat(6),
    body: fc.oneof(fc.uint8Array({ maxLength: 40 }), fc.string().map(utf8)),
    viewSeq: fc.nat(6),
  });
  const anything = fc
    .record({ lane: fc.constantFrom('msg', 'eph' as const), i: fc.nat(6), of: fc.nat(1), said, cut: fc.nat(80) })
    .map(({ lane, i, of, said, cut }) => {
      const padded = cut < 64 ? cat(pad(content(said)).subarray(0, cut), Buffer.alloc(64 - cut)) : pad(content(said));
      return { lane, i, id: ids[of] ?? ZEROS, padded };
    });
  await fc.assert(
    fc.asyncProperty(fc.array(anything, { minLength: 1, maxLength: 6 }), async tricks => {
      await bothOpen([line(0), ...tricks]);
    }),
    { numRuns: 100 },
  );
});
