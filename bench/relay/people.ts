/** People with real keys in rooms of the relay: joined, chains registered, ready to speak. */
import { randomBytes } from 'node:crypto';
import { linkKeys } from '../../chat-app/client/crypto/link.ts';
import type { Identity, Session } from '../../chat-app/client/crypto/session.ts';
import { admissionProof, newIdentity, newSession } from '../../chat-app/client/crypto/session.ts';
import { encodeBundle } from '../../chat-app/protocol/bundle.ts';
import type { Bytes } from '../../chat-app/protocol/bytes.ts';
import { concat, u32 } from '../../chat-app/protocol/bytes.ts';
import type { RelayFrame } from '../../chat-app/protocol/frames.ts';
import { decodeRelayFrame, encodeClientFrame } from '../../chat-app/protocol/frames.ts';
import { ENVELOPE_BYTES } from '../../chat-app/protocol/keys.ts';
import { roomHash } from '../../chat-app/protocol/room.ts';
import { SOCKET_PATH, SUBPROTOCOL } from '../../chat-app/protocol/suite.ts';
import type { Wire } from './socket.ts';
import { webSocket } from './socket.ts';

export interface Person {
  room: number;
  identity: Identity;
  session: Session;
  wire: Wire;
  chain: Bytes;
  /** The last seq that it has seen. */
  seq: number;
}

export const random = (length: number): Bytes => new Uint8Array(randomBytes(length));

/** Somebody new joins room number `room`. */
export async function join(port: number, room: number, name: string): Promise<Person> {
  const hash = await roomHash(`room-${room}`);
  const { tagKey } = await linkKeys(undefined, hash);
  const identity = await newIdentity();
  const made = { room: hash, name, tagKey, sid: random(8), now: Date.now(), after: 0 };
  const session = await newSession(identity, made);
  const { wire, challenge } = await greeted(port);
  const proof = await admissionProof(identity, challenge, session);
  wire.say(encodeClientFrame({ type: 'join', bundle: encodeBundle(session.bundle), proof, door: null }));
  const person: Person = { room, identity, session, wire, chain: random(16), seq: 0 };
  await until(person, 'synced');
  return person;
}

/** The same session on a new connection, up to everything that it has missed. */
export async function comeBack(port: number, person: Person): Promise<void> {
  const { wire, challenge } = await greeted(port);
  person.wire = wire;
  const proof = await admissionProof(person.identity, challenge, person.session);
  wire.say(encodeClientFrame({ type: 'resume', bundleId: person.session.id, since: person.seq, proof }));
  await until(person, 'synced');
}

async function greeted(port: number): Promise<{ wire: Wire; challenge: Bytes }> {
  const wire = await webSocket(port, SOCKET_PATH, SUBPROTOCOL);
  const hello = decode(await wire.hear());
  if (hello.type !== 'hello') throw new Error(`${hello.type} instead of hello`);
  return { wire, challenge: hello.challenge };
}

/** Starts a chain for everybody in the room, who have all joined. */
export async function startChain(person: Person, others: readonly Person[]): Promise<void> {
  const { sid } = person.session.bundle;
  const envelopes = others.map(other => concat(other.session.bundle.sid, random(ENVELOPE_BYTES)));
  const keys = concat(sid, person.chain, random(32), ...envelopes);
  person.wire.say(encodeClientFrame({ type: 'first', at: person.seq, keys, msg: messageOf(person) }));
}

/** A line of text of usual length: 392 bytes. */
export const messageOf = ({ session, chain }: Person): Bytes =>
  concat(session.bundle.sid, chain, u32(0), random(16), random(12), random(256 + 16 - 64), random(64), random(64));

/** Reads on up to entry `seq`. */
export async function catchUp(person: Person, seq: number): Promise<void> {
  while (person.seq < seq) note(person, decode(await person.wire.hear()));
}

async function until(person: Person, type: RelayFrame['type']): Promise<void> {
  for (;;) {
    const frame = decode(await person.wire.hear());
    note(person, frame);
    if (frame.type === type) return;
  }
}

function note(person: Person, frame: RelayFrame): void {
  if (frame.type === 'no') throw new Error(`the relay said no: ${frame.code}`);
  if ('seq' in frame && frame.seq !== undefined) person.seq = Math.max(person.seq, frame.seq);
}

const decode = ({ isText, data }: { isText: boolean; data: Buffer }): RelayFrame =>
  decodeRelayFrame(isText ? data.toString() : new Uint8Array(data));
