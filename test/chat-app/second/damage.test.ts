/** Lines that were damaged on their way: both implementations must say the same, and say why. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readBundle } from './implementation/bundle.ts';
import { base64url, cat, u8 } from './implementation/bytes.ts';
import type { Data } from './implementation/frames.ts';
import { random } from './implementation/primitives.ts';
import type { Happening } from './implementation/state.ts';
import { bothRead, flip, named, text } from './support/both.ts';
import { core } from './support/core.ts';
import type { Delivery } from './support/stage.ts';
import { frame, keyFrame, msgFrame, stage } from './support/stage.ts';

/** What happens to the first line; its entry has seq 2. */
interface Damage {
  key?: (key: Buffer) => Buffer;
  msg?: (msg: Buffer) => Buffer;
  seq?: number;
  between?: Data;
}

const same = (bytes: Buffer): Buffer => bytes;

const damaged = ({ key, msg }: Delivery, by: Damage): Data[] => [
  keyFrame((by.key ?? same)(key)),
  ...(by.between ? [by.between] : []),
  msgFrame(by.seq ?? 2, (by.msg ?? same)(msg)),
];

const failed = (code: string): Happening => ({ what: 'failed', code, from: 'alice' });
const nobody = (code: string): Happening => ({ what: 'failed', code, from: undefined });
const line = (said: string) => expect.objectContaining({ what: 'line', from: 'alice', body: text(said) });

const withIndex499 = (msg: Buffer): Buffer => cat(msg.subarray(0, 24), Buffer.of(0, 0, 1, 0xf3), msg.subarray(28));

const cases: [string, Damage, Happening][] = [
  ['the head alone', { key: key => key.subarray(0, 56) }, failed('not-for-me')],
  ['half an envelope', { key: key => key.subarray(0, 100) }, failed('msg-format')],
  ['an envelope and a byte', { key: key => cat(key, u8(0)) }, failed('msg-format')],
  ["a stranger's envelope", { key: key => flip(key, 0) }, failed('unknown-sender')],
  ['another roster', { key: key => flip(key, 30) }, failed('roster-mismatch')],
  ['an altered envelope', { key: key => flip(key, 70) }, failed('envelope-auth')],
  ['another chain id in the head', { key: key => flip(key, 8) }, failed('envelope-auth')],
  ['a frame between', { between: frame('here', base64url(random(8)), 'away') }, failed('no-chain')],
  ['a stranger', { msg: msg => flip(msg, 0) }, nobody('sender-mismatch')],
  ['another chain', { msg: msg => flip(msg, 8) }, failed('no-chain')],
  ['index 2^31', { msg: msg => flip(msg, 24, 0x80) }, failed('too-far')],
  ['index 499 with another signature', { msg: withIndex499 }, failed('msg-sig')],
  ['another id', { msg: msg => flip(msg, 28) }, failed('msg-sig')],
  ['an altered text', { msg: msg => flip(msg, 60) }, failed('msg-sig')],
  ['an altered signature', { msg: msg => flip(msg, msg.length - 1) }, failed('msg-sig')],
  ['a byte too few', { msg: msg => msg.subarray(0, -1) }, failed('msg-format')],
  ['nothing but a seq', { msg: () => random(0) }, nobody('msg-format')],
  ['a seq again', { seq: 1 }, { what: 'stopped', code: 'log-rollback' }],
  ['a seq left out', { seq: 3 }, { what: 'stopped', code: 'log-gap' }],
  ['too early a synced', { between: frame('synced', 2) }, { what: 'stopped', code: 'log-gap' }],
];

const speakers = ['shipped', 'second'] as const;

describe.each(speakers)('what %s has sealed', speaker => {
  const whole = ({ key, msg }: Delivery, seq: number): Data[] => [keyFrame(key), msgFrame(seq, msg)];

  test('is read by both', async () => {
    const said = await bothRead(speaker, [text('hi')], ([one]) => (one ? whole(one, 2) : []));
    expect(said).toEqual([line('hi')]);
    expect(said).toMatchObject([{ fork: false, unchecked: false }]);
  });

  test('without its envelope', async () => {
    const said = await bothRead(speaker, [text('hi')], all => all.map(({ msg }) => msgFrame(2, msg)));
    expect(said).toEqual([failed('no-chain')]);
  });

  test.each(cases)('with %s', async (_, damage, expected) => {
    expect(await bothRead(speaker, [text('hi')], all => all.flatMap(each => damaged(each, damage)))).toEqual([
      expected,
    ]);
  });

  test('reordered, dropped, repeated', async () => {
    const lines = [text('one'), text('two'), text('three')];
    const said = await bothRead(speaker, lines, ([one, two, three]) =>
      one && two && three
        ? [...whole(one, 2), msgFrame(3, three.msg), msgFrame(4, two.msg), msgFrame(5, three.msg), ...whole(one, 6)]
        : [],
    );
    const missing: Happening = { what: 'missing', count: 1, from: 'alice' };
    expect(said).toEqual([line('one'), missing, line('three'), line('two'), failed('replay'), failed('chain-reused')]);
  });

  test('when the members have changed since', async () => {
    const [dave] = await stage([await core('shipped', named('dave'))]);
    if (!dave) throw new Error('nobody is there');
    const join = (seq: number) => frame('join', base64url(dave.bundle), seq);
    const left = frame('leave', base64url(readBundle(dave.bundle).id), 2, 6);
    const said = await bothRead(speaker, [text('one'), text('two')], ([one, two]) =>
      one && two ? [...whole(one, 2), join(3), msgFrame(4, two.msg), ...whole(one, 5), left, join(7)] : [],
    );
    expect(said).toEqual([
      line('one'),
      { what: 'joined', name: 'dave' },
      { what: 'key', code: 'new', name: 'dave' },
      failed('roster-mismatch'),
      failed('roster-mismatch'),
      { what: 'left', name: 'dave', reason: 2 },
      { what: 'refused', code: 'bundle-replayed', name: 'dave' },
    ]);
  });
});

/** On an envelope or a message of one of the first two lines. */
const blow = fc.record({
  line: fc.nat(1),
  part: fc.constantFrom('key', 'msg' as const),
  at: fc.nat(400),
  how: fc.constantFrom('flip', 'cut', 'twice', 'drop' as const),
  bits: fc.integer({ min: 1, max: 255 }),
});
type Blow = typeof blow extends fc.Arbitrary<infer T> ? T : never;

function hit(bytes: Buffer, { at, how, bits }: Blow): Buffer[] {
  if (how === 'drop') return [];
  if (how === 'twice') return [bytes, bytes];
  return [how === 'flip' ? flip(bytes, at % bytes.length, bits) : bytes.subarray(0, at % bytes.length)];
}

/** Whatever was struck stands in the log in its turn. */
function struck(lines: readonly Delivery[], blows: readonly Blow[]): Data[] {
  let seq = 1;
  return lines.flatMap((delivery, nth) => {
    const after = (part: 'key' | 'msg'): Buffer[] =>
      blows
        .filter(each => each.line === nth && each.part === part)
        .reduce<Buffer[]>((all, each) => all.flatMap(bytes => hit(bytes, each)), [delivery[part]]);
    const keys = nth === 0 ? after('key') : [];
    return [...keys.map(keyFrame), ...after('msg').map(msg => msgFrame(++seq, msg))];
  });
}

test.each(speakers)('what %s has sealed, struck anywhere', { timeout: 120_000 }, async speaker => {
  const lines = [text('one'), text('two'), text('three')];
  await fc.assert(
    fc.asyncProperty(fc.array(blow, { minLength: 1, maxLength: 3 }), async blows => {
      await bothRead(speaker, lines, all => struck(all, blows));
    }),
    { numRuns: 60 },
  );
});
