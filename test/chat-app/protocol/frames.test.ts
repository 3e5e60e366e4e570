import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concat, u8, u32, u64 } from '../../../chat-app/protocol/bytes.ts';
import { Failure } from '../../../chat-app/protocol/failure.ts';
import type { ClientFrame } from '../../../chat-app/protocol/frames.ts';
import {
  decodeClientFrame,
  decodeRelayFrame,
  encodeClientFrame,
  encodeRelayFrame,
} from '../../../chat-app/protocol/frames.ts';
import { hex } from '../../../chat-app/protocol/text.ts';
import { clientFrame, relayFrame } from './arbitrary.ts';

const bytes = (length: number, value = 0) => new Uint8Array(length).fill(value);
const A = 'A'.repeat.bind('A');

describe('every frame comes back as it was', () => {
  test('from a client', () => {
    fc.assert(
      fc.property(clientFrame, frame => {
        expect(decodeClientFrame(encodeClientFrame(frame))).toEqual(frame);
      }),
    );
  });

  test('from a relay', () => {
    fc.assert(
      fc.property(relayFrame, frame => {
        expect(decodeRelayFrame(encodeRelayFrame(frame))).toEqual(frame);
      }),
    );
  });
});

describe('the words on the wire', () => {
  test.each<[ClientFrame, string]>([
    [{ type: 'leave' }, '["leave"]'],
    [{ type: 'join', bundle: bytes(3), proof: bytes(64), door: null }, `["join","AAAA","${A(86)}",null]`],
    [{ type: 'join', bundle: bytes(3), proof: bytes(64), door: bytes(32) }, `["join","AAAA","${A(86)}","${A(43)}"]`],
    [{ type: 'resume', bundleId: bytes(32), since: 7, proof: bytes(64) }, `["resume","${A(43)}",7,"${A(86)}"]`],
    [{ type: 'plain', plain: bytes(96) }, `["plain","${A(128)}"]`],
  ])('from a client: %o', (frame, text) => expect(encodeClientFrame(frame)).toBe(text));

  test('from a relay', () => {
    const limits = { members: 50, text: 4062, frame: 65_536, awayMs: 86_400_000 };
    expect(encodeRelayFrame({ type: 'hello', suites: [1], challenge: bytes(32), time: 5, limits })).toBe(
      `["hello",{"suites":[1],"challenge":"${A(43)}","time":5,` +
        '"limits":{"members":50,"text":4062,"frame":65536,"awayMs":86400000}}]',
    );
    expect(encodeRelayFrame({ type: 'room', seq: 2, head: bytes(32), members: [bytes(3)], earlier: 0 })).toBe(
      `["room",{"seq":2,"head":"${A(43)}","members":["AAAA"],"earlier":0}]`,
    );
    expect(encodeRelayFrame({ type: 'leave', bundleId: bytes(32), reason: 4, seq: 9 })).toBe(
      `["leave","${A(43)}",4,9]`,
    );
    expect(encodeRelayFrame({ type: 'here', sid: bytes(8), state: 'away' })).toBe(`["here","${A(11)}","away"]`);
    expect(encodeRelayFrame({ type: 'no', code: 'full', limit: 50 })).toBe('["no",{"code":"full","limit":50}]');
  });

  test('the binary kinds', () => {
    const msg = bytes(200, 7);
    const sent = (frame: ClientFrame) => hex(encodeClientFrame(frame) as Uint8Array);
    expect(sent({ type: 'msg', msg })).toBe(`01${hex(msg)}`);
    expect(sent({ type: 'eph', eph: msg })).toBe(`03${hex(msg)}`);
    const keys = bytes(56, 7);
    expect(sent({ type: 'first', at: 258, keys, msg })).toBe(`02000000000000010200000038${hex(keys)}${hex(msg)}`);
    expect(hex(encodeRelayFrame({ type: 'msg', seq: 3, msg }) as Uint8Array)).toBe(`810000000000000003${hex(msg)}`);
    expect(hex(encodeRelayFrame({ type: 'key', key: bytes(181) }) as Uint8Array)).toBe(`82${'00'.repeat(181)}`);
    expect(hex(encodeRelayFrame({ type: 'eph', eph: msg }) as Uint8Array)).toBe(`83${hex(msg)}`);
  });
});

describe('what is not a frame', () => {
  const failsWell = (work: () => unknown) => {
    try {
      work();
    } catch (error) {
      expect(error).toBeInstanceOf(Failure);
      expect(error).toMatchObject({ code: 'bad-frame' });
    }
  };

  test('arbitrary bytes and text give nothing but `bad-frame`', () => {
    const data = fc.oneof(fc.string(), fc.json(), fc.uint8Array({ maxLength: 600 }));
    fc.assert(
      fc.property(data, each => {
        failsWell(() => decodeClientFrame(each));
        failsWell(() => decodeRelayFrame(each));
      }),
      { numRuns: 2000 },
    );
  });

  test('nor does a good frame with one change', () => {
    const change = fc.record({ at: fc.nat(), to: fc.nat(255) });
    fc.assert(
      fc.property(
        fc.oneof(clientFrame.map(encodeClientFrame), relayFrame.map(encodeRelayFrame)),
        change,
        (data, { at, to }) => {
          const where = at % data.length;
          const changed =
            typeof data === 'string'
              ? data.slice(0, where) + String.fromCharCode(to) + data.slice(where + 1)
              : data.with(where, to);
          failsWell(() => decodeClientFrame(changed));
          failsWell(() => decodeRelayFrame(changed));
        },
      ),
      { numRuns: 1000 },
    );
  });

  test('nor do names of every object', () => {
    for (const name of ['constructor', '__proto__', 'toString']) {
      expect(() => decodeClientFrame(JSON.stringify([name]))).toThrow(/^bad-frame/);
      expect(() => decodeRelayFrame(JSON.stringify([name]))).toThrow(/^bad-frame/);
    }
    expect(() => decodeRelayFrame('["no",{"code":"door","__proto__":1}]')).toThrow(/^bad-frame/);
  });

  test.each([
    ['an extra field', '["leave",1]'],
    ['a field too few', '["plain"]'],
    ['an object', '{"type":"leave"}'],
    ['a proof of 63 bytes', `["join","AAAA","${A(84)}",null]`],
    ['a missing door', `["join","AAAA","${A(86)}"]`],
    ['padding', `["join","AAA=","${A(86)}",null]`],
    ['a number as text', `["resume","${A(43)}","7","${A(86)}"]`],
    ['a fraction', `["resume","${A(43)}",0.5,"${A(86)}"]`],
    ['a negative number', `["resume","${A(43)}",-1,"${A(86)}"]`],
    ['2^53', `["resume","${A(43)}",9007199254740992,"${A(86)}"]`],
    ['a plain line without its signature', `["plain","${A(120)}"]`],
    ['a plain line that is not UTF-8', `["plain","${A(44)}_w${A(86)}"]`],
    ['more than 64 KiB', `["plain","${A(65_536)}"]`],
  ])('nor is %s from a client', (_, text) => {
    expect(() => decodeClientFrame(text)).toThrow(/^bad-frame/);
  });

  test.each([
    ['an unknown code', '["no",{"code":"perhaps"}]'],
    ['a code that only clients find', '["no",{"code":"msg-sig"}]'],
    ['an extra field', '["no",{"code":"door","why":"x"}]'],
    ['an optional field that is null', '["no",{"code":"door","seq":null}]'],
    ['an unknown reason', `["leave","${A(43)}",6,1]`],
    ['an unknown presence', `["here","${A(11)}","gone"]`],
    ['what only a client says', '["leave"]'],
  ])('nor is %s from a relay', (_, text) => {
    expect(() => decodeRelayFrame(text)).toThrow(/^bad-frame/);
  });

  const msg = bytes(200);
  const keys = concat(msg.slice(0, 24), bytes(32));
  const frame = (parts: Uint8Array, message = msg) => concat(u8(2), u64(1), u32(parts.length), parts, message);
  const one = concat(bytes(8, 1), bytes(125));
  test.each([
    ['nothing', bytes(0)],
    ['an unknown kind', bytes(201, 4)],
    ['a message of another length', bytes(202, 1)],
    ['an event of another length', concat(u8(3), bytes(199))],
    ['keys of another chain', frame(concat(bytes(24, 9), bytes(32)))],
    ['keys with half an envelope', frame(concat(keys, bytes(60)))],
    ['an envelope for oneself', frame(concat(keys, bytes(8), bytes(125)))],
    ['two envelopes for one member', frame(concat(keys, one, one))],
    ['a length beyond the end', concat(u8(2), u64(1), u32(0xffffffff), keys, msg)],
    ['a short head', frame(keys.slice(0, 40))],
    ['more than 64 KiB', bytes(65_537, 1)],
  ])('nor is %s in bytes from a client', (_, data) => {
    expect(() => decodeClientFrame(data)).toThrow(/^bad-frame/);
  });

  test('the frame with one envelope is good', () => {
    expect(decodeClientFrame(frame(concat(keys, one)))).toMatchObject({ type: 'first', at: 1 });
  });

  test('a relay is not believed above 128 KiB, and what members sealed is not looked at', () => {
    expect(() => decodeRelayFrame(bytes(131_073, 0x81))).toThrow(/^bad-frame/);
    expect(decodeRelayFrame(concat(u8(0x81), u64(5), bytes(3)))).toEqual({ type: 'msg', seq: 5, msg: bytes(3) });
  });
});
