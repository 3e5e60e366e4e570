/** Somebody who joins, talks and leaves, with the client's own cryptography. */
import type { Member, RoomEvent } from '../client/crypto/index.ts';
import { createMember, newIdentity } from '../client/crypto/index.ts';
import type { Bytes } from '../protocol/bytes.ts';
import type { RelayFrame } from '../protocol/frames.ts';
import type { Connection } from './connection.ts';
import { ProbeFailure } from './failure.ts';

export interface Visitor {
  /** Returns when the relay has listed us. */
  join(): Promise<void>;
  /** Returns when `name` is listed. */
  meet(name: string): Promise<void>;
  /** Returns when the relay has logged the line. */
  say(text: string): Promise<void>;
  /** The next line of somebody else, opened. */
  read(): Promise<string>;
  /** Returns when the relay has logged the leave. */
  leave(): Promise<void>;
}

export interface Door {
  roomId: string;
  name: string;
  secret: Bytes;
}

type Type = RoomEvent['type'];
type Told<T extends Type> = Extract<RoomEvent, { type: T }>;

export async function visitor(door: Door, connection: Connection): Promise<Visitor> {
  const member = await createMember(door, { identity: await newIdentity(), verified: new Map() });
  const until = follow(member, connection);
  return {
    join: async () => {
      await member.receive(listen(await connection.hear()));
      connection.say(await member.join());
      await until('synced');
    },
    meet: async name => {
      const isThere = async () => (await member.snapshot()).people.some(person => person.name === name);
      if (!(await isThere())) await until('joined', event => event.name === name);
    },
    say: async text => {
      const sealed = await member.seal({ body: { kind: 'text', text } });
      if (sealed.type === 'ask') throw new ProbeFailure('fault', 'a line that was written just now has waited');
      connection.say(sealed.frame);
      await until('delivered', event => event.id === sealed.id);
    },
    read: async () => {
      const { body } = await until('line');
      return body.kind === 'text' ? body.text : '';
    },
    leave: async () => {
      connection.say({ type: 'leave' });
      await until('removed');
    },
  };
}

/** Listens until something happens, and keeps what happened besides. */
function follow(member: Member, connection: Connection) {
  let events: RoomEvent[] = [];
  return async <T extends Type>(type: T, fits: (event: Told<T>) => boolean = () => true): Promise<Told<T>> => {
    for (;;) {
      const found = events.find((event): event is Told<T> => event.type === type && fits(event as Told<T>));
      if (found) {
        events = events.filter(event => event !== found);
        return found;
      }
      const told = await member.receive(listen(await connection.hear()));
      told.forEach(refuseTrouble);
      events.push(...told);
    }
  };
}

/** A probe does nothing that a good relay refuses. */
function listen(frame: RelayFrame): RelayFrame {
  if (frame.type === 'no') throw new ProbeFailure(frame.code, `the relay answered "no": ${frame.code}`);
  return frame;
}

function refuseTrouble(event: RoomEvent): void {
  switch (event.type) {
    case 'stopped':
    case 'refused':
    case 'unreadable':
      throw new ProbeFailure(event.code, `the relay's log is not right: ${event.type}, ${event.code}`);
    case 'fork':
    case 'outsider':
      throw new ProbeFailure('fault', `somebody else is in the probe's own room, or two histories are: ${event.type}`);
  }
}
