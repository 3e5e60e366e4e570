/** What goes over the wire (section 8). */
import type { Bytes } from './bytes.ts';
import { base64url, cat, fields, refuse, u8, u32, u64, unbase64url } from './bytes.ts';

export const PATH = '/ws';
export const SUBPROTOCOL = 'bytechat.e2ee.1';

/** What a WebSocket sends and delivers. */
export type Data = string | Bytes;

export type FromRelay =
  | { type: 'hello'; suites: number[]; challenge: Bytes; time: number }
  | { type: 'room'; seq: number; head: Bytes; members: Bytes[]; earlier: number }
  | { type: 'join'; bundle: Bytes; seq: number }
  | { type: 'leave'; id: Bytes; reason: number; seq: number }
  | { type: 'plain'; plain: Bytes; seq: number }
  | { type: 'msg'; msg: Bytes; seq: number }
  | { type: 'key'; key: Bytes }
  | { type: 'eph'; eph: Bytes }
  | { type: 'here'; sid: Bytes; state: string }
  | { type: 'synced'; seq: number }
  | { type: 'no'; code: string; id?: Bytes; seq?: number; retryMs?: number; limit?: number };

/** Anything that is not a frame is refused with `bad-frame`. */
export function readFrame(data: Data): FromRelay {
  if (data.length > 128 * 1024) refuse('bad-frame');
  return typeof data === 'string' ? readText(data) : readBinary(data);
}

function readBinary(data: Bytes): FromRelay {
  const f = fields(data, 'bad-frame');
  switch (f.number(1)) {
    case 0x81:
      return { type: 'msg', seq: f.number(8), msg: f.rest() };
    case 0x82:
      return { type: 'key', key: f.rest() };
    case 0x83:
      return { type: 'eph', eph: f.rest() };
    default:
      return refuse('bad-frame');
  }
}

function readText(text: string): FromRelay {
  const [type, ...said] = parse(text);
  const kind = KINDS.find(each => each === type) ?? refuse('bad-frame');
  return TEXT[kind](said);
}

function parse(text: string): unknown[] {
  try {
    const json: unknown = JSON.parse(text);
    return Array.isArray(json) ? json : refuse('bad-frame');
  } catch {
    return refuse('bad-frame');
  }
}

const KINDS = ['hello', 'room', 'join', 'leave', 'plain', 'here', 'synced', 'no'] as const;

const TEXT: Record<(typeof KINDS)[number], (said: unknown[]) => FromRelay> = {
  hello: said => {
    const [of] = shaped(said, { suites: list(number), challenge: bytes(32), time: number, limits: limits });
    return { type: 'hello', suites: of.suites, challenge: of.challenge, time: of.time };
  },
  room: said => {
    const [of] = shaped(said, { seq: number, head: bytes(32), members: list(bytes()), earlier: number });
    return { type: 'room', ...of };
  },
  join: said => ({ type: 'join', bundle: bytes()(said[0]), seq: last(said, 2) }),
  plain: said => ({ type: 'plain', plain: bytes()(said[0]), seq: last(said, 2) }),
  leave: said => ({ type: 'leave', id: bytes(32)(said[0]), reason: reason(said[1]), seq: last(said, 3) }),
  here: said => {
    if (said.length !== 2 || (said[1] !== 'here' && said[1] !== 'away')) refuse('bad-frame');
    return { type: 'here', sid: bytes(8)(said[0]), state: String(said[1]) };
  },
  synced: said => ({ type: 'synced', seq: last(said, 1) }),
  no: said => {
    const optional = { id: maybe(bytes(16)), seq: maybe(number), retryMs: maybe(number), limit: maybe(number) };
    const [of] = shaped(said, { code, ...optional });
    return { type: 'no', ...of } as FromRelay;
  },
};

type Reading<T> = (value: unknown) => T;

const number: Reading<number> = value =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : refuse('bad-frame');

const word: Reading<string> = value => (typeof value === 'string' ? value : refuse('bad-frame'));

/** What a relay may say no with. */
const CODES = [
  ...['bundle-format', 'bundle-version', 'bundle-room', 'bundle-name', 'bundle-expired', 'bundle-key', 'bundle-sig'],
  ...['clock', 'proof', 'door', 'bundle-rollback', 'duplicate-member', 'name-taken', 'full', 'slow-down'],
  ...['removed', 'duplicate', 'stale-roster', 'not-alone', 'too-big', 'unavailable', 'bad-frame'],
];

const code: Reading<string> = value => (CODES.includes(word(value)) ? word(value) : refuse('bad-frame'));

const reason: Reading<number> = value =>
  [1, 2, 3, 4, 5].includes(number(value)) ? number(value) : refuse('bad-frame');

const bytes =
  (length?: number): Reading<Bytes> =>
  value => {
    const read = unbase64url(word(value));
    return read && (length === undefined || read.length === length) ? read : refuse('bad-frame');
  };

const list =
  <T>(each: Reading<T>): Reading<T[]> =>
  value =>
    Array.isArray(value) ? value.map(each) : refuse('bad-frame');

const maybe =
  <T>(read: Reading<T>): Reading<T | undefined> =>
  value =>
    value === undefined ? undefined : read(value);

const limits: Reading<object> = value =>
  object(value, { members: number, text: number, frame: number, awayMs: number });

const last = (said: unknown[], length: number): number =>
  said.length === length ? number(said[length - 1]) : refuse('bad-frame');

type Shape = Record<string, Reading<unknown>>;
type Shaped<S extends Shape> = { [K in keyof S]: ReturnType<S[K]> };

const shaped = <S extends Shape>(said: unknown[], shape: S): [Shaped<S>] =>
  said.length === 1 ? [object(said[0], shape)] : refuse('bad-frame');

/** No field but these; one that reads as undefined may be left out. */
function object<S extends Shape>(value: unknown, shape: S): Shaped<S> {
  if (typeof value !== 'object' || value === null || Object.keys(value).some(key => !Object.hasOwn(shape, key)))
    refuse('bad-frame');
  const read = Object.entries(shape).map(([key, reading]) => [key, reading((value as Record<string, unknown>)[key])]);
  return Object.fromEntries(read.filter(([, field]) => field !== undefined)) as Shaped<S>;
}

export const toRelay = {
  msg: (msg: Bytes): Data => cat(u8(1), msg),
  first: (at: number, keys: Bytes, msg: Bytes): Data => cat(u8(2), u64(at), u32(keys.length), keys, msg),
  eph: (eph: Bytes): Data => cat(u8(3), eph),
  join: (bundle: Bytes, proof: Bytes, door: Bytes | undefined): Data =>
    JSON.stringify(['join', base64url(bundle), base64url(proof), door ? base64url(door) : null]),
  resume: (id: Bytes, since: number, proof: Bytes): Data =>
    JSON.stringify(['resume', base64url(id), since, base64url(proof)]),
  plain: (plain: Bytes): Data => JSON.stringify(['plain', base64url(plain)]),
  leave: (): Data => JSON.stringify(['leave']),
};
