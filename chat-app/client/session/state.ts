/** What one room looks like to the person in it. Plain data: the reducer makes it, the views show it. */
import type { Code } from '../../protocol/failure.ts';
import type { Who } from '../crypto/index.ts';
import type { Refusal } from './refusals.ts';

/** Trust in a person's key, as a word. */
export type Trust = 'verified' | 'not compared' | 'new' | 'new key' | 'key changed';

export interface Person {
  /** Hexadecimal, as the other one. */
  sid: string;
  /** The public key that was shown under this name. */
  identity: string;
  name: string;
  trust: Trust;
  /** Another name under which this identity was verified. */
  verifiedAs?: string;
  presence: 'here' | 'away';
  /** Since when away, milliseconds since 1970; unknown after a join. */
  since?: number;
}

/** Came without the room's link: shown, never counted, never sealed for. */
export interface Outsider {
  sid: string;
  name: string;
  /** Milliseconds since 1970. */
  at: number;
}

/** How far an own line has got. */
export type Delivery =
  | { state: 'queued' }
  | { state: 'waiting'; until: number }
  | { state: 'sent' }
  | { state: 'failed'; code: Code; reason: string }
  | { state: 'only-you' };

export interface Line {
  kind: 'line';
  /** Unique in the log: identity and line id. */
  key: string;
  /** Milliseconds since 1970: when it was written, by the writer's clock. */
  at: number;
  name: string;
  mine: boolean;
  text: string;
  /** Its view of the log was too old to compare. */
  unchecked?: boolean;
  /** From a key that is not accepted. */
  doubtful?: boolean;
  /** The relay can read it. */
  plain?: boolean;
  /** Only of an own line. */
  delivery?: Delivery;
  /** What it answers. */
  reply?: Quote;
  edited?: boolean;
  /** Its text is gone. */
  deleted?: boolean;
  reactions?: Reaction[];
}

/** Another line, as it was when it was answered. */
export interface Quote {
  /** Undefined when it is not here. */
  name: string | undefined;
  text: string;
}

export interface Reaction {
  emoji: string;
  /** One's own among them. */
  names: string[];
}

/** Somebody who is writing just now. */
export interface Typist extends Who {
  /** Until when to say so, milliseconds since 1970. */
  until: number;
}

/** `plain`: comings and goings. `calm`: worth a look. `fault`: something is wrong. `halted`: sending has stopped. */
export type Tone = 'plain' | 'calm' | 'fault' | 'halted';

export interface Remark {
  kind: 'remark';
  key: string;
  at: number;
  tone: Tone;
  text: string;
  code?: Code;
  /** Whose numbers can be compared. */
  about?: Who;
}

export type LogItem = Line | Remark;

/** Stays over the log until it is dismissed. */
export interface Banner {
  key: string;
  title: string;
  text: string;
  code?: Code;
  offer?: 'invite' | 'plain-off' | 'room-code';
}

/** Takes the composer's place: nothing is sent until the way out is taken. */
export interface Halt {
  code?: Code;
  title: string;
  text: string;
  /** The way out beside leaving. */
  way: 'accept' | 'reload' | 'try-again' | 'start-over' | 'none';
  /** Whose key it is about. */
  name?: string;
}

/** Asked in the composer's place. */
export type Question =
  /** Somebody came: send what was written alone? */
  | { kind: 'send-alone'; names: string[]; texts: string[] }
  /** A line waited, and people came who were not there when it was written. */
  | { kind: 'send-late'; names: string[]; texts: string[] }
  /** The others left. */
  | { kind: 'left-alone' }
  | { kind: 'plain-on' }
  /** A line shows another history than ours. */
  | { kind: 'fork'; name: string };

export type Answer = 'yes' | 'no' | 'leave';

export type ConnectionState =
  | { kind: 'connecting' }
  | { kind: 'online' }
  | { kind: 'offline'; since: number; retryAt: number };

export interface RoomState {
  roomId: string;
  name: string;
  /** Without a link secret the room is unverified: the relay could swap keys. */
  linked: boolean;
  /** Inside once the relay has let us in for the first time. */
  inside: boolean;
  /** Why the relay did not let us in. */
  refusal: Refusal | undefined;
  /** Over: left, or spoken for by another tab. */
  ended: 'left' | 'taken-over' | undefined;
  connection: ConnectionState;
  people: Person[];
  outsiders: Outsider[];
  items: LogItem[];
  /** How many there have been: the next one's key. */
  remarks: number;
  banners: Banner[];
  /** Lines that came again and are shown once. */
  repeated: number;
  halt: Halt | undefined;
  question: Question | undefined;
  plain: boolean;
  typing: Typist[];
  /** Lines from others since the reader last looked at the end of the log. */
  unread: number;
  /** The first of them, until it has been seen. */
  firstUnread: string | undefined;
  looking: boolean;
}
