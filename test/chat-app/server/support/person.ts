/** Somebody with the real client's cryptography, over a real connection. */
import type { RoomEvent } from '../../../../chat-app/client/crypto/events.ts';
import type { Draft, Identity, Member } from '../../../../chat-app/client/crypto/index.ts';
import { createMember, newIdentity } from '../../../../chat-app/client/crypto/index.ts';
import type { Bytes } from '../../../../chat-app/protocol/bytes.ts';
import type { RelayFrame } from '../../../../chat-app/protocol/frames.ts';
import { random } from './guest.ts';
import type { Wire } from './wire.ts';
import { open } from './wire.ts';

export const SECRET = random(32);

export interface Person {
  name: string;
  member: Member;
  identity: Identity;
  wire: Wire;
  events: RoomEvent[];
  /** Joins, or comes back, on a connection to this address. */
  connect(url: string): Promise<void>;
  /** Seals and sends a line; returns once it has come back. */
  say(text: string): Promise<void>;
  /** Follows the room until an event like this one. */
  until(done: (event: RoomEvent) => boolean): Promise<RoomEvent>;
  /** Follows everything that the relay has told so far. */
  settle(): Promise<void>;
  /** What was read, as `name: text`, since the last call. */
  lines(): string[];
}

export interface PersonOptions {
  roomId?: string;
  secret?: Bytes | undefined;
  now?: () => number;
}

export async function person(url: string, name: string, options: PersonOptions = {}): Promise<Person> {
  const { roomId = 'lobby', now = Date.now } = options;
  const secret = 'secret' in options ? options.secret : SECRET;
  const identity = await newIdentity();
  const member = await createMember({ roomId, name, secret }, { identity, verified: new Map(), now });
  const me: Person = {
    name,
    member,
    identity,
    wire: await open(url),
    events: [],
    connect: async address => {
      me.wire = await open(address);
      await member.disconnected();
      await enter(me);
    },
    say: async text => {
      const draft: Draft = { body: { kind: 'text', text }, id: random(16) };
      const send = async () => {
        const sealed = await member.seal(draft);
        if (sealed.type === 'ask') throw new Error('nobody has come since');
        me.wire.say(sealed.frame);
        return sealed.id;
      };
      const id = await send();
      const isMine = (event: RoomEvent) => event.type === 'delivered' && event.id === id;
      while (!me.events.some(isMine)) {
        const frame = await follow(me);
        if (frame.type === 'no' && frame.code === 'stale-roster') await send();
      }
      me.events = me.events.filter(event => !isMine(event));
    },
    until: async done => {
      while (!me.events.some(done)) await follow(me);
      return me.events.splice(me.events.findIndex(done), 1)[0] as RoomEvent;
    },
    settle: async () => {
      // Answers come in order: when this one is there, everything before it is.
      me.wire.sayRaw('["barrier"]');
      for (let frame = await follow(me); frame.type !== 'no' || frame.code !== 'bad-frame'; ) frame = await follow(me);
    },
    lines: () => {
      const read = me.events.flatMap(event =>
        event.type === 'line' && event.body.kind === 'text' ? [`${event.name}: ${event.body.text}`] : [],
      );
      me.events = me.events.filter(({ type }) => type !== 'line');
      return read;
    },
  };
  await enter(me);
  return me;
}

async function follow(me: Person): Promise<RelayFrame> {
  const frame = await me.wire.next();
  me.events.push(...(await me.member.receive(frame)));
  return frame;
}

/** Comes back, or joins anew when the relay does not know the session any more. */
async function enter(me: Person): Promise<void> {
  await me.member.receive(me.wire.hello);
  me.wire.say((await me.member.resume()) ?? (await me.member.join()));
  for (;;) {
    const frame = await follow(me);
    if (frame.type === 'no') me.wire.say(await me.member.join());
    if (frame.type !== 'synced') continue;
    me.events = me.events.filter(({ type }) => type !== 'synced');
    if (!(await me.member.snapshot()).wantsSession) return;
    me.wire.say(await me.member.join());
  }
}
