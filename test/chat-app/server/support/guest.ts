/** Somebody with real keys who says exactly what a test wants: lines here are random bytes in the right form. */
import { randomBytes } from 'node:crypto';
import type { ClientOptions } from 'ws';
import { linkKeys } from '../../../../chat-app/client/crypto/link.ts';
import type { Identity, Session } from '../../../../chat-app/client/crypto/session.ts';
import { admissionProof, newIdentity, newSession, signBundle } from '../../../../chat-app/client/crypto/session.ts';
import type { Claims } from '../../../../chat-app/protocol/bundle.ts';
import { bundleId, encodeBundle } from '../../../../chat-app/protocol/bundle.ts';
import type { Bytes } from '../../../../chat-app/protocol/bytes.ts';
import { concat, u32, u64 } from '../../../../chat-app/protocol/bytes.ts';
import type { ClientFrame, RelayFrame } from '../../../../chat-app/protocol/frames.ts';
import { ENVELOPE_BYTES } from '../../../../chat-app/protocol/keys.ts';
import { roomHash } from '../../../../chat-app/protocol/room.ts';
import type { Told, Wire } from './wire.ts';
import { open } from './wire.ts';

export const random = (length: number): Bytes => new Uint8Array(randomBytes(length));

export interface Guest {
  name: string;
  identity: Identity;
  session: Session;
  sid: Bytes;
  door: Bytes | null;
  wire: Wire;
  /** Of the last join or leave that it has seen. */
  memberSeq: number;
  chain: Bytes;
  /** Says `join` and reads `room`, everything up to `synced`. */
  join(): Promise<Told<'room'>>;
  joinFrame(): Promise<Extract<ClientFrame, { type: 'join' }>>;
  resumeFrame(since: number): Promise<Extract<ClientFrame, { type: 'resume' }>>;
  /** Says `resume` on its wire; all that is heard up to `synced`. */
  resume(since: number): Promise<RelayFrame[]>;
  /** A message of its chain. */
  msg(id?: Bytes): Bytes;
  /** The first message of a new chain, for these. */
  first(
    others: readonly { sid: Bytes }[],
    change?: { at?: number; id?: Bytes },
  ): Extract<ClientFrame, { type: 'first' }>;
  plain(text: string, id?: Bytes): Bytes;
}

export interface GuestOptions {
  room?: string;
  secret?: Bytes | undefined;
  identity?: Identity;
  now?: number;
  /** Of the bundle, over what is right. */
  claims?: Partial<Claims>;
  /** Of the WebSocket. */
  connect?: ClientOptions;
}

export async function guest(url: string, name: string, options: GuestOptions = {}): Promise<Guest> {
  const { room: roomId = 'lobby', secret, now = Date.now(), claims = {} } = options;
  const identity = options.identity ?? (await newIdentity());
  const room = await roomHash(roomId);
  const { tagKey, door = null } = await linkKeys(secret, room);
  const made = await newSession(identity, { room, name, tagKey, sid: random(8), now, after: 0 });
  const bundle = await signBundle(identity, { ...made.bundle, ...claims }, tagKey);
  const session = { ...made, bundle, id: await bundleId(bundle) };
  const wire = await open(url, options.connect);
  return guestOf({ name, identity, session, door, wire });
}

/** The same session on another connection. */
export async function again(url: string, { name, identity, session, door, memberSeq, chain }: Guest): Promise<Guest> {
  return Object.assign(guestOf({ name, identity, session, door, wire: await open(url) }), { memberSeq, chain });
}

function guestOf(start: Pick<Guest, 'name' | 'identity' | 'session' | 'door' | 'wire'>): Guest {
  const { identity, session, door, wire } = start;
  const { sid } = session.bundle;
  const proof = () => admissionProof(identity, wire.challenge, session);
  const me: Guest = {
    ...start,
    sid,
    memberSeq: 0,
    chain: random(16),
    joinFrame: async () => ({ type: 'join', bundle: encodeBundle(session.bundle), proof: await proof(), door }),
    join: async () => {
      wire.say(await me.joinFrame());
      const room = await wire.hears('room');
      me.memberSeq = room.seq;
      await wire.upTo('synced');
      return room;
    },
    resumeFrame: async since => ({ type: 'resume', bundleId: session.id, since, proof: await proof() }),
    resume: async since => {
      wire.say(await me.resumeFrame(since));
      return wire.upTo('synced');
    },
    msg: (id = random(16)) => concat(sid, me.chain, u32(0), id, random(12), random(64 + 16), random(64)),
    first: (others, { at = me.memberSeq, id } = {}) => {
      me.chain = random(16);
      const envelopes = others.map(other => concat(other.sid, random(ENVELOPE_BYTES)));
      return { type: 'first', at, keys: concat(sid, me.chain, random(32), ...envelopes), msg: me.msg(id) };
    },
    plain: (text, id = random(16)) => concat(sid, id, u64(0), new TextEncoder().encode(text), random(64)),
  };
  return me;
}
