/** One room at the relay that lies: honest until a test says otherwise, and each guest can be told another history. */
import { randomBytes } from 'node:crypto';
import { equal } from '../../../chat-app/protocol/bytes.ts';
import type { WireCode } from '../../../chat-app/protocol/failure.ts';
import type { ClientFrame, RelayFrame } from '../../../chat-app/protocol/frames.ts';
import { splitKeys } from '../../../chat-app/protocol/keys.ts';
import type { Entry, LeaveReason } from '../../../chat-app/protocol/log.ts';
import { entryBytes, LEAVE } from '../../../chat-app/protocol/log.ts';
import { AT, OWNER_BYTES } from '../../../chat-app/protocol/message.ts';
import type { Bundle } from '../second/implementation/bundle.ts';
import { readBundle } from '../second/implementation/bundle.ts';
import { cat, hex, ZEROS } from '../second/implementation/bytes.ts';
import type { Log } from '../second/implementation/room.ts';
import { logAfter, logAt } from '../second/implementation/room.ts';

/** One connection, of a page or of a puppet. */
export interface Visit {
  say(...frames: RelayFrame[]): void;
  /** Ends it as a network would. */
  cut(): void;
  guest: Guest | undefined;
}

/** An entry, and the envelopes that came with it. */
export interface Told {
  entry: Entry;
  keys?: Uint8Array | undefined;
}

/** A seat, and the history that this guest was told. */
export interface Guest {
  name: string;
  bundle: Bundle;
  visit: Visit;
  log: Log;
  /** What was told under each seq. */
  told: Map<number, Told>;
  /** Of the last membership entry that it was told of. */
  memberSeq: number;
  /** sid ‖ chain registered last. */
  chain: string | undefined;
  gone: boolean;
}

type Frame<T extends ClientFrame['type']> = Extract<ClientFrame, { type: T }>;
type Sent = Frame<'msg'> | Frame<'first'>;

/** What is done in place of the honest thing, by kind of frame. */
export type Instead = { [T in ClientFrame['type']]?: (frame: Frame<T>, visit: Visit) => void };

export const bytes = (of: Uint8Array) => new Uint8Array(of);

export class Room {
  readonly id: string;
  readonly secret: Uint8Array<ArrayBuffer>;
  readonly guests: Guest[] = [];
  instead: Instead = {};
  /** The history that an honest relay would have. */
  log: Log = logAt(0, ZEROS);
  #earlier = 0;
  readonly #ids = new Map<string, number>();

  constructor(id: string) {
    this.id = id;
    this.secret = bytes(randomBytes(32));
  }

  get listed(): Guest[] {
    return this.guests.filter(({ gone }) => !gone);
  }

  /** The last seat under this name. */
  guest(name: string): Guest {
    const found = this.guests.findLast(guest => guest.name === name);
    if (!found) throw new Error(`${name} was never here`);
    return found;
  }

  hear(frame: ClientFrame, visit: Visit): void {
    const lie = this.instead[frame.type] as ((frame: ClientFrame, visit: Visit) => void) | undefined;
    if (lie) lie(frame, visit);
    else this.honestly(frame, visit);
  }

  honestly(frame: ClientFrame, visit: Visit): void {
    const { guest } = visit;
    if (frame.type === 'join') this.#join(frame, visit);
    else if (frame.type === 'resume') this.#resume(frame, visit);
    else if (!guest || guest.gone) visit.say({ type: 'no', code: 'removed', ...idOf(frame) });
    else this.#said(frame, guest);
  }

  #said(frame: Exclude<ClientFrame, Frame<'join' | 'resume'>>, guest: Guest): void {
    switch (frame.type) {
      case 'msg':
      case 'first':
        this.#message(frame, guest);
        break;
      case 'eph':
        this.#event(frame, guest);
        break;
      case 'leave':
        this.leave(guest);
        break;
      case 'plain':
        this.enter({ entry: { type: 'plain', plain: frame.plain } });
    }
  }

  /** An entry of the true history, told to everybody who is listed, or to these. */
  enter(told: Told, to = this.listed): void {
    this.log = logAfter(this.log, entryBytes(told.entry));
    for (const guest of to) this.tell(guest, told);
  }

  /** Takes somebody off the list. */
  leave(guest: Guest, reason: LeaveReason = LEAVE.left): void {
    this.enter({ entry: { type: 'leave', bundleId: bytes(guest.bundle.id), reason } });
    guest.gone = true;
  }

  /** The next entry of what this guest takes for the history. */
  tell(guest: Guest, told: Told): void {
    guest.log = logAfter(guest.log, entryBytes(told.entry));
    const { seq } = guest.log;
    guest.told.set(seq, told);
    if (told.entry.type === 'join' || told.entry.type === 'leave') {
      Object.assign(guest, { memberSeq: seq, chain: undefined });
    }
    guest.visit.say(...framesOf(guest, seq));
  }

  /** A seat where the relay wants it: at any place of any history, beside any people. */
  seat(visit: Visit, { bundle, members, log }: { bundle: Bundle; members: readonly Bundle[]; log: Log }): Guest {
    const { seq, head } = log;
    const { name } = bundle;
    const guest: Guest = { name, bundle, visit, log, told: new Map(), memberSeq: seq, chain: undefined, gone: false };
    this.guests.push(guest);
    visit.guest = guest;
    const all = members.map(each => bytes(each.bytes));
    visit.say({ type: 'room', seq, head: bytes(head), members: all, earlier: this.#earlier }, { type: 'synced', seq });
    return guest;
  }

  #join({ bundle: sent }: Frame<'join'>, visit: Visit): void {
    const bundle = readBundle(sent);
    const before = this.listed.find(each => equal(each.bundle.ik, bundle.ik));
    if (before) this.leave(before, LEAVE.replaced);
    this.enter({ entry: { type: 'join', bundle: sent } });
    const members = [...this.listed.map(each => each.bundle), bundle];
    this.seat(visit, { bundle, members, log: this.log });
  }

  #resume({ bundleId, since }: Frame<'resume'>, visit: Visit): void {
    const guest = this.guests.find(each => equal(each.bundle.id, bundleId));
    if (!guest) {
      visit.say({ type: 'no', code: 'removed' });
      return;
    }
    guest.visit = visit;
    visit.guest = guest;
    const seqs = [...guest.told.keys()].filter(seq => seq > since);
    visit.say(...seqs.flatMap(seq => framesOf(guest, seq)), { type: 'synced', seq: guest.log.seq });
  }

  #message(frame: Sent, guest: Guest): void {
    const { msg } = frame;
    const [id, owner] = [msg.slice(AT.id, AT.iv), hex(msg.slice(0, OWNER_BYTES))];
    const no = (code: WireCode, seq: number) => guest.visit.say({ type: 'no', code, id, seq });
    const known = this.#ids.get(guest.name + hex(id));
    if (frame.type === 'first' && frame.at === guest.memberSeq) guest.chain = owner;
    if (known !== undefined) no('duplicate', known);
    else if (guest.chain !== owner) no('stale-roster', guest.memberSeq);
    else this.#log(frame, guest, hex(id));
  }

  #event(frame: Frame<'eph'>, guest: Guest): void {
    const { eph } = frame;
    const no = { type: 'no', code: 'stale-roster', id: eph.slice(AT.id, AT.iv), seq: guest.memberSeq } as const;
    if (guest.chain !== hex(eph.slice(0, OWNER_BYTES))) guest.visit.say(no);
    else for (const each of this.listed) if (each !== guest) each.visit.say(frame);
  }

  #log(frame: Sent, guest: Guest, id: string): void {
    const { msg } = frame;
    this.#earlier += 1;
    this.enter({ entry: { type: 'msg', msg }, keys: frame.type === 'first' ? frame.keys : undefined });
    this.#ids.set(guest.name + id, this.log.seq);
  }
}

const idOf = (frame: ClientFrame) =>
  frame.type === 'msg' || frame.type === 'first' ? { id: frame.msg.slice(AT.id, AT.iv) } : {};

/** What one guest is sent of an entry: of the envelopes only its own. */
function framesOf({ bundle, told }: Guest, seq: number): RelayFrame[] {
  const { entry, keys } = told.get(seq) ?? {};
  if (!entry) return [];
  const own = keys && ownKey(keys, hex(bundle.sid));
  return [...(own ? [{ type: 'key', key: own } as const] : []), { ...entry, seq }];
}

/** The `82` of one reader; undefined when there is no envelope for it. */
export function ownKey(keys: Uint8Array, sid: string): Uint8Array<ArrayBuffer> | undefined {
  const { head, envelopes } = splitKeys(keys);
  const envelope = envelopes.get(sid);
  return envelope && bytes(cat(head, envelope));
}
