/** The same damage done to what both implementations are told: they must say the same, and say why. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeRelayFrame, encodeRelayFrame } from '../../../chat-app/protocol/frames.ts';
import { relayFrame } from '../protocol/arbitrary.ts';
import { makeBundle, readBundle } from './implementation/bundle.ts';
import type { Bytes } from './implementation/bytes.ts';
import { base64url, cat, Refused, u8 } from './implementation/bytes.ts';
import type { Body } from './implementation/content.ts';
import { KIND } from './implementation/content.ts';
import type { Data } from './implementation/frames.ts';
import { readFrame } from './implementation/frames.ts';
import { newPair, random } from './implementation/primitives.ts';
import { linkKeys, roomOf } from './implementation/room.ts';
import type { Happening } from './implementation/state.ts';
import type { Kind } from './support/core.ts';
import { core } from './support/core.ts';
import type { Delivery, Seated } from './support/stage.ts';
import { text as frame, keyFrame, msgFrame, seal, stage, tell } from './support/stage.ts';

const SECRET = new Uint8Array(32).fill(7);
const start = (name: string) => ({ roomId: 'harbour', name, secret: SECRET, now: Date.now });
const text = (said: string): Body => ({ kind: KIND.text, text: said });

/** Somebody who speaks, and a reader of each implementation. */
async function three(speaker: Kind) {
  const cores = [
    await core(speaker, start('alice')),
    await core('shipped', start('bob')),
    await core('second', start('carol')),
  ];
  const [alice, bob, carol] = (await stage(cores)) as [Seated, Seated, Seated];
  return { alice, readers: [bob, carol] };
}

type Told = (line: Delivery) => Data[];

/** Both are told the same of one line after the other; returns what both say of it. */
async function bothSay(speaker: Kind, lines: Body[], told: (lines: Delivery[]) => Data[]): Promise<Happening[]> {
  const { alice, readers } = await three(speaker);
  const sealed: Delivery[][] = [];
  for (const line of lines) sealed.push(await seal(alice, line, readers));
  const said = await Promise.all(
    readers.map((reader, at) => tell(reader, told(sealed.map(each => each[at] as Delivery)))),
  );
  expect(said[1]).toEqual(said[0]);
  return said[0] ?? [];
}

const whole: Told = ({ key, msg }) => [...(key ? [keyFrame(key)] : []), msgFrame(2, msg)];

function flip(bytes: Bytes, at: number, bit = 1): Buffer {
  const out = Buffer.from(bytes);
  out[at] = (out[at] ?? 0) ^ bit;
  return out;
}

const failed = (code: string) => [{ what: 'failed', code, from: 'alice' }];
const nobody = (code: string) => [{ what: 'failed', code, from: undefined }];

describe.each(['shipped', 'second'] as const)('what %s has sealed', speaker => {
  const of = (told: Told, line = text('hi')) => bothSay(speaker, [line], ([only]) => told(only as Delivery));

  test('is read by both', async () => {
    expect(await of(whole)).toMatchObject([
      { what: 'line', from: 'alice', body: text('hi'), fork: false, unchecked: false },
    ]);
  });

  test.each<[string, Told, unknown[]]>([
    ['no envelope', ({ msg }) => [msgFrame(2, msg)], failed('no-chain')],
    [
      'the head alone',
      ({ key = random(0), msg }) => [keyFrame(key.subarray(0, 56)), msgFrame(2, msg)],
      failed('not-for-me'),
    ],
    [
      'half an envelope',
      ({ key = random(0), msg }) => [keyFrame(key.subarray(0, 100)), msgFrame(2, msg)],
      failed('msg-format'),
    ],
    [
      'an envelope and a byte',
      ({ key = random(0), msg }) => [keyFrame(cat(key, u8(0))), msgFrame(2, msg)],
      failed('msg-format'),
    ],
    [
      "a stranger's envelope",
      ({ key = random(0), msg }) => [keyFrame(flip(key, 0)), msgFrame(2, msg)],
      failed('unknown-sender'),
    ],
    [
      'another roster',
      ({ key = random(0), msg }) => [keyFrame(flip(key, 30)), msgFrame(2, msg)],
      failed('roster-mismatch'),
    ],
    [
      'an altered envelope',
      ({ key = random(0), msg }) => [keyFrame(flip(key, 70)), msgFrame(2, msg)],
      failed('envelope-auth'),
    ],
    [
      'another chain id in the head',
      ({ key = random(0), msg }) => [keyFrame(flip(key, 8)), msgFrame(2, msg)],
      failed('envelope-auth'),
    ],
    [
      'an envelope for another line',
      ({ key = random(0), msg }) => [keyFrame(key), frame('here', base64url(random(8)), 'away'), msgFrame(2, msg)],
      failed('no-chain'),
    ],
    ['a stranger', ({ key = random(0), msg }) => [keyFrame(key), msgFrame(2, flip(msg, 0))], nobody('sender-mismatch')],
    ['another chain', ({ key = random(0), msg }) => [keyFrame(key), msgFrame(2, flip(msg, 8))], failed('no-chain')],
    ['index 2^31', ({ key = random(0), msg }) => [keyFrame(key), msgFrame(2, flip(msg, 24, 0x80))], failed('too-far')],
    [
      'index 499 with another signature',
      ({ key = random(0), msg }) => [
        keyFrame(key),
        msgFrame(2, cat(msg.subarray(0, 24), Buffer.of(0, 0, 1, 0xf3), msg.subarray(28))),
      ],
      failed('msg-sig'),
    ],
    ['another id', ({ key = random(0), msg }) => [keyFrame(key), msgFrame(2, flip(msg, 28))], failed('msg-sig')],
    ['an altered text', ({ key = random(0), msg }) => [keyFrame(key), msgFrame(2, flip(msg, 60))], failed('msg-sig')],
    [
      'an altered signature',
      ({ key = random(0), msg }) => [keyFrame(key), msgFrame(2, flip(msg, msg.length - 1))],
      failed('msg-sig'),
    ],
    [
      'a byte too few',
      ({ key = random(0), msg }) => [keyFrame(key), msgFrame(2, msg.subarray(0, -1))],
      failed('msg-format'),
    ],
    ['nothing but a seq', ({ key = random(0) }) => [keyFrame(key), msgFrame(2, random(0))], nobody('msg-format')],
    [
      'a seq again',
      ({ key = random(0), msg }) => [keyFrame(key), msgFrame(1, msg)],
      [{ what: 'stopped', code: 'log-rollback' }],
    ],
    [
      'a seq left out',
      ({ key = random(0), msg }) => [keyFrame(key), msgFrame(3, msg)],
      [{ what: 'stopped', code: 'log-gap' }],
    ],
    [
      'too early a synced',
      ({ key = random(0), msg }) => [keyFrame(key), frame('synced', 2), msgFrame(2, msg)],
      [{ what: 'stopped', code: 'log-gap' }],
    ],
  ])('%s', async (_, told, expected) => {
    expect(await of(told)).toEqual(expected);
  });

  const line = (said: string) => expect.objectContaining({ what: 'line', body: text(said) });

  test('reordered, dropped, repeated', async () => {
    const three = [text('one'), text('two'), text('three')];
    const said = await bothSay(speaker, three, ([one, two, last]) => [
      ...whole(one as Delivery),
      msgFrame(3, (last as Delivery).msg),
      msgFrame(4, (two as Delivery).msg),
      msgFrame(5, (last as Delivery).msg),
      keyFrame((one as Delivery).key ?? random(0)),
      msgFrame(6, (one as Delivery).msg),
    ]);
    expect(said).toEqual([
      line('one'),
      { what: 'missing', count: 1, from: 'alice' },
      line('three'),
      line('two'),
      ...failed('replay'),
      ...failed('chain-reused'),
    ]);
  });

  test('after a change of members it is of another roster', async () => {
    const stranger = await core('shipped', start('dave'));
    const { bundle } = (await stage([stranger]))[0] as Seated;
    const said = await bothSay(speaker, [text('one'), text('two')], ([one, two]) => [
      ...whole(one as Delivery),
      frame('join', base64url(bundle), 3),
      msgFrame(4, (two as Delivery).msg),
      keyFrame((one as Delivery).key ?? random(0)),
      msgFrame(5, (one as Delivery).msg),
      frame('leave', base64url(readBundle(bundle).id), 2, 6),
      frame('join', base64url(bundle), 7),
    ]);
    expect(said).toEqual([
      line('one'),
      { what: 'joined', name: 'dave' },
      { what: 'key', code: 'new', name: 'dave' },
      ...failed('roster-mismatch'),
      ...failed('roster-mismatch'),
      { what: 'left', name: 'dave', reason: 2 },
      { what: 'refused', code: 'bundle-replayed', name: 'dave' },
    ]);
  });

  /** Where, what, and with which bits: of the envelope or of the message of one of two lines. */
  const blow = fc.record({
    line: fc.nat(1),
    part: fc.constantFrom('key', 'msg' as const),
    at: fc.nat(400),
    how: fc.constantFrom('flip', 'cut', 'twice', 'drop' as const),
    bit: fc.integer({ min: 1, max: 255 }),
  });
  type Blow = typeof blow extends fc.Arbitrary<infer T> ? T : never;

  const struck = (blows: Blow[], { key, msg }: Delivery, nth: number): Data[] => {
    const parts = { key: key ? [key] : [], msg: [msg] };
    for (const { line: on, part, at, how, bit } of blows) {
      if (on !== nth) continue;
      parts[part] = parts[part].flatMap(bytes => hit(bytes, { at, how, bit }));
    }
    return [...parts.key.map(keyFrame), ...parts.msg.map(bytes => msgFrame(0, bytes))];
  };

  const hit = (bytes: Buffer, { at, how, bit }: Pick<Blow, 'at' | 'how' | 'bit'>): Buffer[] => {
    if (how === 'drop') return [];
    if (how === 'twice') return [bytes, bytes];
    return [how === 'flip' ? flip(bytes, at % bytes.length, bit) : bytes.subarray(0, at % bytes.length)];
  };

  /** Whatever was struck stands in the log in its turn. */
  const numbered = (frames: Data[]): Data[] => {
    let seq = 1;
    return frames.map(each => {
      if (typeof each === 'string' || each[0] !== 0x81) return each;
      seq += 1;
      return msgFrame(seq, each.slice(9));
    });
  };

  test('struck anywhere', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(blow, { minLength: 1, maxLength: 3 }), async blows => {
        const lines = [text('one'), text('two'), text('three')];
        await bothSay(speaker, lines, all => numbered(all.flatMap((each, nth) => struck(blows, each, nth))));
      }),
      { numRuns: 60 },
    );
  });
});

describe('a bundle', () => {
  const room = roomOf('harbour');
  const identity = newPair();
  const now = Date.now();
  const claims = {
    room,
    name: 'dave',
    ik: identity.point,
    spk: newPair().point,
    sid: random(8),
    created: now,
    expires: now + 86_400_000,
  };
  const { tagKey } = linkKeys(SECRET, room);
  const good = makeBundle(identity, claims, tagKey).bytes;
  const made = (change: Partial<typeof claims>) => makeBundle(identity, { ...claims, ...change }, tagKey).bytes;
  const compressed = (point: Bytes) => cat(u8(2 + ((point[64] ?? 0) % 2)), point.slice(1));

  /** What both say of its join. */
  async function bothMeet(bytes: Bytes): Promise<Happening[]> {
    const { readers } = await three('shipped');
    const said = await Promise.all(readers.map(reader => tell(reader, [frame('join', base64url(bytes), 2)])));
    expect(said[1]).toEqual(said[0]);
    return said[0] ?? [];
  }

  test('is taken', async () => {
    expect(await bothMeet(good)).toEqual([
      { what: 'joined', name: 'dave' },
      { what: 'key', code: 'new', name: 'dave' },
    ]);
  });

  test.each<[string, Bytes, string, string | undefined]>([
    ['a byte too few', good.slice(0, -1), 'bundle-format', undefined],
    ['a byte too many', cat(good, u8(0)), 'bundle-format', undefined],
    ['a name that is not UTF-8', flip(good, 36, 0x80), 'bundle-format', undefined],
    ['another suite', flip(good, 1), 'bundle-version', 'dave'],
    ['another room', made({ room: roomOf('other') }), 'bundle-room', 'dave'],
    ['a capital', made({ name: 'Dave' }), 'bundle-name', undefined],
    ['a long name', made({ name: 'd'.repeat(25) }), 'bundle-name', undefined],
    ['eight days', made({ expires: now + 8 * 86_400_000 }), 'bundle-expired', 'dave'],
    ['no time at all', made({ expires: now }), 'bundle-expired', 'dave'],
    ['from the future', made({ created: now + 660_000 }), 'bundle-expired', 'dave'],
    ['run out', made({ created: now - 2000, expires: now - 1000 }), 'bundle-expired', 'dave'],
    ['a compressed identity', made({ ik: compressed(identity.point) }), 'bundle-key', 'dave'],
    ['a session key off the curve', made({ spk: flip(claims.spk, 60) }), 'bundle-key', 'dave'],
    ['another identity', made({ ik: newPair().point }), 'bundle-sig', 'dave'],
    ['an altered tag', flip(good, good.length - 65), 'bundle-sig', 'dave'],
    ['a name that is taken', made({ name: 'alice' }), 'duplicate-member', 'alice'],
  ])('%s', async (_, bytes, code, name) => {
    expect(await bothMeet(bytes)).toEqual([{ what: 'refused', code, name }]);
  });

  test('without the link, or of another', async () => {
    for (const other of [undefined, random(32)]) {
      const { bytes } = makeBundle(identity, claims, other);
      expect(await bothMeet(bytes)).toEqual([{ what: 'outsider', name: 'dave' }]);
    }
  });

  test('struck anywhere', { timeout: 120_000 }, async () => {
    const bit = fc.integer({ min: 1, max: 255 });
    await fc.assert(
      fc.asyncProperty(fc.nat(good.length - 1), bit, async (at, bits) => {
        await bothMeet(flip(good, at, bits));
      }),
      { numRuns: 60 },
    );
  });
});

describe('frames', () => {
  const accepts = (read: (data: Data) => unknown) => (data: Data) => {
    try {
      read(data);
      return true;
    } catch (error) {
      if (error instanceof Refused) return error.code;
      return error instanceof Error && 'code' in error ? error.code : error;
    }
  };

  const bothAccept = (data: Data) => {
    const [shipped, second] = [accepts(decodeRelayFrame)(data), accepts(readFrame)(data)];
    expect([data, second]).toEqual([data, shipped]);
    return shipped;
  };

  test('that are good are read by both', () => {
    fc.assert(
      fc.property(relayFrame, said => {
        expect(bothAccept(encodeRelayFrame(said))).toBe(true);
      }),
    );
  });

  const anything = fc.oneof(fc.jsonValue(), fc.constantFrom('fork', 'away', 'full', 0, 1, 6, -1, 1.5, 2 ** 53));

  test('with anything in the place of anything are read by both or by neither', () => {
    fc.assert(
      fc.property(relayFrame, fc.nat(9), anything, (said, at, value) => {
        const data = encodeRelayFrame(said);
        if (typeof data !== 'string') return void bothAccept(data.slice(0, at));
        const json = JSON.parse(data) as unknown[];
        json[at] = value;
        bothAccept(JSON.stringify(json));
        const [type, fields] = JSON.parse(data) as [string, Record<string, unknown>];
        if (typeof fields !== 'object' || fields === null) return;
        const key = Object.keys(fields)[at] ?? 'more';
        bothAccept(JSON.stringify([type, { ...fields, [key]: value }]));
        delete fields[key];
        bothAccept(JSON.stringify([type, fields]));
      }),
      { numRuns: 2000 },
    );
  });
});
