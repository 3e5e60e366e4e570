import type { Refusal } from './refusals.ts';
import type {
  Banner,
  ConnectionState,
  Delivery,
  Halt,
  Line,
  Outsider,
  Person,
  Question,
  Remark,
  Typist,
} from './state.ts';

/** What can happen to a room, said to the reducer. Times are milliseconds since 1970. */
export type Change =
  /** The relay let us in for the first time. */
  | { type: 'entered' }
  | { type: 'refused'; refusal: Refusal | undefined }
  | { type: 'ended'; how: 'left' | 'taken-over' }
  | { type: 'connection'; connection: ConnectionState }
  /** Who is a member, by the log. */
  | { type: 'roster'; people: Omit<Person, 'presence' | 'since'>[]; outsiders: Outsider[] }
  /** After a join or a resume: these are away, the rest are here. */
  | { type: 'away'; sids: string[]; at: number }
  | { type: 'presence'; sid: string; presence: Person['presence']; at: number }
  | { type: 'line'; line: Line }
  /** The reducer gives it a key. */
  | { type: 'remark'; remark: Omit<Remark, 'kind' | 'key'> }
  | { type: 'edited'; key: string; text: string }
  | { type: 'deleted'; key: string }
  | { type: 'reacted'; key: string; emoji: string; name: string }
  | { type: 'typing'; who: Typist }
  /** Who has said nothing more by then, or is this one, does not write any more. */
  | { type: 'typed'; at: number; identity?: string }
  | { type: 'delivery'; key: string; delivery: Delivery }
  /** An own line that stays in this browser, for now. */
  | { type: 'kept'; key: string }
  | { type: 'discarded'; key: string }
  | { type: 'banner'; banner: Banner }
  | { type: 'dismissed'; key: string }
  | { type: 'halt'; halt: Halt | undefined }
  | { type: 'question'; question: Question | undefined }
  | { type: 'plain'; on: boolean }
  /** A line came again. */
  | { type: 'repeated' }
  | { type: 'looking'; looking: boolean };
