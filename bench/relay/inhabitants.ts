/** People who live through a day: they come and go, speak, and remember how far they have heard. */
import { concat } from '../../chat-app/protocol/bytes.ts';
import { decodeRelayFrame, encodeClientFrame } from '../../chat-app/protocol/frames.ts';
import { ENVELOPE_BYTES } from '../../chat-app/protocol/keys.ts';
import type { Person } from './people.ts';
import { comeBack, join, messageOf, random } from './people.ts';

export interface Inhabitant {
  person: Person;
  neighbours: Inhabitant[];
  isOnline: boolean;
  /** The relay knows its chain; a relay that has been restarted does not. */
  hasChain: boolean;
}

export interface Tally {
  deliveries: number;
  /** Answers that were a no. */
  refused: string[];
  /** Gaps in what somebody was told. */
  gaps: number;
}

/** A room full of people, all connected. */
export async function settle(port: number, room: number, members: number): Promise<Inhabitant[]> {
  const all: Inhabitant[] = [];
  for (let nth = 0; nth < members; nth++) {
    const person = await join(port, room, `p${nth}`);
    all.push({ person, neighbours: all, isOnline: true, hasChain: false });
  }
  return all;
}

const SEQ_AT = 1;
const LINE = 0x81;

/** Hears until the connection ends. */
export async function live(one: Inhabitant, tally: Tally): Promise<void> {
  const { person } = one;
  const { wire } = person;
  try {
    for (;;) {
      const { isText, data } = await wire.hear();
      if (!isText && data[0] === LINE) heard(person, Number(data.readBigUInt64BE(SEQ_AT)), tally);
      else if (isText) note(one, data.toString(), tally);
    }
  } catch {
    if (person.wire === wire) one.isOnline = false;
  }
}

function heard(person: Person, seq: number, tally: Tally): void {
  tally.deliveries += 1;
  if (seq !== person.seq + 1) tally.gaps += 1;
  person.seq = seq;
}

function note(one: Inhabitant, text: string, tally: Tally): void {
  const frame = decodeRelayFrame(text);
  if (frame.type === 'no') tally.refused.push(frame.code);
  else if (frame.type === 'join') one.person.seq = frame.seq;
}

export function speak(one: Inhabitant, members: number): void {
  const { person, neighbours, hasChain } = one;
  if (hasChain) {
    person.wire.say(encodeClientFrame({ type: 'msg', msg: messageOf(person) }));
    return;
  }
  one.hasChain = true;
  person.chain = random(16);
  const { sid } = person.session.bundle;
  const others = neighbours.filter(other => other !== one);
  const envelopes = others.map(other => concat(other.person.session.bundle.sid, random(ENVELOPE_BYTES)));
  const keys = concat(sid, person.chain, random(32), ...envelopes);
  person.wire.say(encodeClientFrame({ type: 'first', at: members, keys, msg: messageOf(person) }));
}

/** With everything that was missed meanwhile, which counts as delivered. */
export async function wakeUp(one: Inhabitant, port: number, tally: Tally): Promise<void> {
  const before = one.person.seq;
  await comeBack(port, one.person);
  tally.deliveries += one.person.seq - before;
  one.isOnline = true;
  void live(one, tally);
}

export function goAway(one: Inhabitant): void {
  one.isOnline = false;
  one.person.wire.socket.destroy();
}
