/** What a relay, or a member with a program of their own, makes of what others have sealed. */
import { LEAVE, type LeaveReason } from '../../../chat-app/protocol/log.ts';
import { decodeMessage, encodeMessage, type Message } from '../../../chat-app/protocol/message.ts';
import { type Bundle, type Claims, makeBundle } from '../second/implementation/bundle.ts';
import { cat, hex, u32, utf8 } from '../second/implementation/bytes.ts';
import {
  type Lane,
  type ReceivingChain,
  sealEnvelope,
  startChain,
  step,
  wrapKey,
} from '../second/implementation/chain.ts';
import { type Content, contentBytes, pad } from '../second/implementation/content.ts';
import { aadOf, sealMessage } from '../second/implementation/message.ts';
import { encrypt, newPair, type Pair, random, sign } from '../second/implementation/primitives.ts';
import { linkKeys, roomOf } from '../second/implementation/room.ts';
import { type Puppet, puppet } from './puppet.ts';
import { bytes, type Guest, Room, type Told } from './room.ts';

export const msg = (of: Uint8Array, keys?: Uint8Array): Told => ({ entry: { type: 'msg', msg: bytes(of) }, keys });

/** The same message with other fields: what a relay can do. */
export const edited = (of: Uint8Array, change: Partial<Message>): Uint8Array<ArrayBuffer> =>
  encodeMessage({ ...decodeMessage(of), ...change });

export const flipped = (of: Uint8Array): Uint8Array<ArrayBuffer> => bytes(of).with(-1, (of.at(-1) ?? 0) ^ 1);

/** A line on a chain of somebody else, by a reader who has its keys but not the key that signs. */
export function asInsider(insider: Puppet, of: Puppet, text: string): Uint8Array<ArrayBuffer> {
  const sid = hex(of.guest().bundle.sid);
  const chain = [...insider.state.receiving.values()].find(each => each.sid === sid);
  if (!chain) throw new Error('no chain to forge on');
  return forged(chain, of, text);
}

function forged(chain: ReceivingChain, of: Puppet, text: string): Uint8Array<ArrayBuffer> {
  const { next: i, key } = chain.lanes.msg;
  const [id, iv] = [random(16), random(12)];
  const aad = aadOf('msg', chain, { i, id });
  const padded = pad(contentBytes(contentOf(of, utf8(text))));
  const ct = encrypt({ key: step(key, 'msg').mk, iv, aad }, padded);
  const sig = sign(newPair().privateKey, cat(aad, iv, ct));
  return bytes(cat(of.guest().bundle.sid, chain.id, u32(i), id, iv, ct, sig));
}

/** What an honest line of this member would hold now. */
export const contentOf = ({ state: { log } }: Puppet, body: Uint8Array): Content => ({
  kind: 1,
  sentAt: Date.now(),
  viewSeq: log?.seq ?? 0,
  viewHead: log?.head ?? random(16),
  body,
});

/** Good keys, whatever content: on the puppet's own chain, which a line must have begun. */
export function sealsAnything(by: Puppet, content: Partial<Content>, lane: Lane = 'msg'): Uint8Array<ArrayBuffer> {
  const { sending } = by.state;
  if (!sending) throw new Error('no chain to seal on');
  const whole = { ...contentOf(by, utf8('')), ...content };
  const { sid } = by.guest().bundle;
  return bytes(sealMessage(sending.chain, whole, { lane, sid, id: random(16) }));
}

/** A chain of the puppet's own, and an envelope to one reader with another secret in it. */
export function twoFaced(by: Puppet, to: Guest, change: 'seed' | 'key'): { keys: Uint8Array; line: Uint8Array } {
  const { state } = by;
  const { bundle, pair } = state.session ?? fail();
  const origin = { room: state.room, from: bundle.id, roster: state.roster ?? fail() };
  const seed = random(32);
  const { chain, secret } = startChain(origin, Date.now(), { seed });
  const other = change === 'seed' ? cat(random(32), secret.subarray(32)) : cat(seed, newPair().point);
  const direction = { room: state.room, from: bundle.id, to: to.bundle.id, salt: state.link.salt };
  const key = wrapKey(pair.privateKey, to.bundle.spk, direction);
  const envelope = sealEnvelope(chain, other, { to: to.bundle.id, key, iv: random(12) });
  const line = sealMessage(chain, contentOf(by, utf8('x')), { lane: 'msg', sid: bundle.sid, id: random(16) });
  return { keys: cat(bundle.sid, chain.id, origin.roster, to.bundle.sid, envelope), line };
}

/** Two people in a room elsewhere, with the same link. */
export function elsewhere(here: Room, names: readonly [string, string]): [Puppet, Puppet] {
  const room = new Room(`not-${here.id}`);
  room.secret.set(here.secret);
  const people = names.map(name => puppet(room, name)) as [Puppet, Puppet];
  for (const each of people) each.come();
  return people;
}

const fail = (): never => {
  throw new Error('not in the room');
};

export interface Forgery {
  identity?: Pair;
  claims?: Partial<Claims>;
  /** Default: the room's link secret. */
  secret?: Uint8Array | undefined;
}

/** A bundle with a good signature and tag, whatever it claims. */
export function bundleOf(room: Room, name: string, forgery: Forgery = {}): Bundle {
  const { identity = newPair(), claims = {} } = forgery;
  const hash = roomOf(room.id);
  const secret = 'secret' in forgery ? forgery.secret : room.secret;
  const { created = Date.now() } = claims;
  const keys = { ik: identity.point, spk: newPair().point, sid: random(8) };
  const whole = { room: hash, name, ...keys, created, expires: created + 7 * 86_400_000, ...claims };
  return makeBundle(identity, whole, linkKeys(secret, hash).tagKey);
}

export const joins = (bundle: Uint8Array): Told => ({ entry: { type: 'join', bundle: bytes(bundle) } });

export const leaves = ({ id }: Bundle, reason: LeaveReason = LEAVE.left): Told => ({
  entry: { type: 'leave', bundleId: bytes(id), reason },
});

const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/** (r, s) as (r, n − s): as good a signature as the first. */
export function rewritten(bundle: Uint8Array): Buffer {
  const s = ORDER - BigInt(`0x${hex(bundle.slice(-32))}`);
  return cat(bundle.slice(0, -32), Buffer.from(s.toString(16).padStart(64, '0'), 'hex'));
}
