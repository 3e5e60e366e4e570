/** An honest relay in memory: it orders, refuses what is stale or repeated, and opens nothing. Every frame passes its codec. */

import { random } from '../../../../../chat-app/client/crypto/primitives.ts';
import { queue } from '../../../../../chat-app/client/crypto/queue.ts';
import { bundleId, checkBundle, decodeBundle } from '../../../../../chat-app/protocol/bundle.ts';
import type { Bytes } from '../../../../../chat-app/protocol/bytes.ts';
import { concat, equal } from '../../../../../chat-app/protocol/bytes.ts';
import type { WireCode } from '../../../../../chat-app/protocol/failure.ts';
import type { ClientFrame, RelayFrame } from '../../../../../chat-app/protocol/frames.ts';
import {
  decodeClientFrame,
  decodeRelayFrame,
  encodeClientFrame,
  encodeRelayFrame,
} from '../../../../../chat-app/protocol/frames.ts';
import { splitKeys } from '../../../../../chat-app/protocol/keys.ts';
import type { Entry, LeaveReason } from '../../../../../chat-app/protocol/log.ts';
import { LEAVE, nextHead } from '../../../../../chat-app/protocol/log.ts';
import { AT, OWNER_BYTES } from '../../../../../chat-app/protocol/message.ts';
import { hex } from '../../../../../chat-app/protocol/text.ts';

interface Seat {
  id: Bytes;
  bytes: Bytes;
  sid: string;
  ik: string;
  name: string;
  joinedAt: number;
  /** sid ‖ chain registered last. */
  chain: string | undefined;
  socket: Socket | undefined;
}

type Logged = Entry & { seq: number; keys?: Bytes };

export interface Socket {
  /** What has arrived and was not taken yet. */
  inbox: RelayFrame[];
  send(frame: ClientFrame): Promise<void>;
  /** Delivers nothing more. */
  cut(): void;
}

export class Relay {
  readonly log: Logged[] = [];
  readonly seats = new Map<string, Seat>();
  head: Bytes = new Uint8Array(32);
  memberSeq = 0;
  now: () => number;
  #ids = new Map<string, number>();

  constructor(now: () => number) {
    this.now = now;
  }

  get seq(): number {
    return this.log.length;
  }

  connect(): Socket {
    let open = true;
    const push = (frame: RelayFrame) => void (open && socket.inbox.push(decodeRelayFrame(encodeRelayFrame(frame))));
    const socket: Socket & { push: typeof push } = {
      inbox: [],
      push,
      send: frame => this.#inTurn(() => this.#take(socket, push, decodeClientFrame(encodeClientFrame(frame)))),
      cut: () => {
        open = false;
      },
    };
    const limits = { members: 50, text: 4062, frame: 65_536, awayMs: 86_400_000 };
    push({ type: 'hello', suites: [1], challenge: random(32), time: this.now(), limits });
    return socket;
  }

  /** Takes a member off the list, as time or the member itself does. */
  remove(name: string, reason: LeaveReason = LEAVE.left): Promise<void> {
    return this.#inTurn(async () => {
      const seat = [...this.seats.values()].find(each => each.name === name);
      if (seat) await this.#leave(seat, reason);
    });
  }

  readonly #inTurn = queue();

  async #take(socket: Socket, push: (frame: RelayFrame) => void, frame: ClientFrame): Promise<void> {
    const seat = [...this.seats.values()].find(each => each.socket === socket);
    switch (frame.type) {
      case 'join':
        return this.#join(socket, push, frame.bundle);
      case 'resume':
        return this.#resume(socket, push, frame);
      case 'leave':
        return seat && this.#leave(seat, LEAVE.left);
      case 'first':
        return this.#message(push, seat, frame.msg, frame);
      case 'msg':
        return this.#message(push, seat, frame.msg);
      case 'plain':
        return this.#plain(push, seat, frame.plain);
      case 'eph':
        if (seat?.chain !== hex(frame.eph.subarray(0, OWNER_BYTES)))
          return push({ type: 'no', code: 'stale-roster', id: frame.eph.slice(AT.id, AT.iv) });
        for (const other of this.seats.values()) if (other !== seat) deliver(other, frame);
    }
  }

  async #join(socket: Socket, push: (frame: RelayFrame) => void, bytes: Bytes): Promise<void> {
    const bundle = decodeBundle(bytes);
    await checkBundle(bundle, { room: bundle.room, now: this.now() });
    const ik = hex(bundle.ik);
    const before = [...this.seats.values()].find(each => each.ik === ik);
    const taken = [...this.seats.values()].some(each => each !== before && each.name === bundle.name);
    if (taken) return push({ type: 'no', code: 'name-taken' });
    if (before) await this.#leave(before, LEAVE.replaced);
    const [id, sid] = [await bundleId(bundle), hex(bundle.sid)];
    const earlier = this.log.filter(({ type }) => type === 'msg').length;
    const others = [...this.seats.values()];
    const seq = await this.#append({ type: 'join', bundle: bytes });
    for (const other of others) deliver(other, { type: 'join', bundle: bytes, seq });
    this.seats.set(sid, { id, bytes, sid, ik, name: bundle.name, joinedAt: seq, chain: undefined, socket });
    const members = [...this.seats.values()].map(each => each.bytes);
    push({ type: 'room', seq, head: this.head, members, earlier });
    push({ type: 'synced', seq });
  }

  async #resume(socket: Socket, push: (frame: RelayFrame) => void, { bundleId: id, since }: Resume): Promise<void> {
    const seat = [...this.seats.values()].find(each => equal(each.id, id));
    const join = await this.#seqOf(id);
    const leave = this.log.find(each => each.type === 'leave' && equal(each.bundleId, id))?.seq;
    if (join === undefined) return push({ type: 'no', code: 'removed' });
    if (seat) seat.socket = socket;
    const sid = hex(decodeBundle(joinBundle(this.log[join - 1])).sid);
    const last = leave ?? this.seq;
    for (const entry of this.log.slice(since, last)) for (const frame of framesFor(entry, sid)) push(frame);
    push({ type: 'synced', seq: last });
  }

  async #seqOf(id: Bytes): Promise<number | undefined> {
    for (const entry of this.log) {
      if (entry.type === 'join' && equal(await bundleId(decodeBundle(entry.bundle)), id)) return entry.seq;
    }
    return undefined;
  }

  async #leave(seat: Seat, reason: LeaveReason): Promise<void> {
    const seq = await this.#append({ type: 'leave', bundleId: seat.id, reason });
    for (const each of this.seats.values()) deliver(each, { type: 'leave', bundleId: seat.id, reason, seq });
    this.seats.delete(seat.sid);
  }

  async #message(push: Push, seat: Seat | undefined, msg: Bytes, first?: First): Promise<void> {
    const id = msg.slice(AT.id, AT.iv);
    const no = (code: WireCode, seq: number) => push({ type: 'no', code, id, seq });
    if (!seat) return push({ type: 'no', code: 'removed', id });
    const known = this.#ids.get(seat.ik + hex(id));
    if (known !== undefined) return no('duplicate', known);
    const owner = hex(msg.subarray(0, OWNER_BYTES));
    if (first?.at === this.memberSeq && owner.startsWith(seat.sid)) seat.chain = owner;
    if (seat.chain !== owner) return no('stale-roster', this.memberSeq);
    const seq = await this.#append({ type: 'msg', msg }, first?.keys);
    this.#ids.set(seat.ik + hex(id), seq);
    const entry = this.log.at(-1);
    if (entry)
      for (const each of this.seats.values()) for (const frame of framesFor(entry, each.sid)) deliver(each, frame);
  }

  async #plain(push: Push, seat: Seat | undefined, plain: Bytes): Promise<void> {
    if (!seat || this.seats.size !== 1) return push({ type: 'no', code: 'not-alone' });
    const seq = await this.#append({ type: 'plain', plain });
    push({ type: 'plain', plain, seq });
  }

  async #append(entry: Entry, keys?: Bytes): Promise<number> {
    const seq = this.seq + 1;
    this.head = await nextHead(this.head, seq, entry);
    this.log.push({ ...entry, seq, ...(keys && { keys }) });
    if (entry.type !== 'join' && entry.type !== 'leave') return seq;
    this.memberSeq = seq;
    for (const seat of this.seats.values()) seat.chain = undefined;
    return seq;
  }
}

type Push = (frame: RelayFrame) => void;
type Resume = Extract<ClientFrame, { type: 'resume' }>;
type First = Extract<ClientFrame, { type: 'first' }>;

const deliver = ({ socket }: Seat, frame: RelayFrame) => (socket as (Socket & { push: Push }) | undefined)?.push(frame);

const joinBundle = (entry: Logged | undefined): Bytes => (entry?.type === 'join' ? entry.bundle : new Uint8Array());

/** What one member is sent of an entry: of the envelopes only its own, right before the message. */
export function framesFor(entry: Logged, sid: string): RelayFrame[] {
  const { keys, ...frame } = entry;
  const envelope = keys && splitKeys(keys).envelopes.get(sid);
  return envelope ? [{ type: 'key', key: concat(splitKeys(keys).head, envelope) }, frame] : [frame];
}
