/** One connection: what it may say next. Hot frames are judged at once; what needs cryptography makes the rest wait. */
import { isUtf8 } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import { Failure, fail } from '../../protocol/failure.ts';
import type { ClientFrame } from '../../protocol/frames.ts';
import { decodeClientFrame } from '../../protocol/frames.ts';
import { isMessageLength } from '../../protocol/message.ts';
import { CHALLENGE_BYTES } from '../../protocol/sizes.ts';
import type { Member } from '../hub/room.ts';
import { reasonOf } from '../problem.ts';
import type { Link, Receiver } from '../transport.ts';
import { beginJoin, beginResume } from './busy.ts';
import type { Core } from './core.ts';
import { hello } from './hello.ts';
import { isPatient, weigh } from './patience.ts';
import { write } from './say.ts';
import { leaveSeat } from './seats.ts';
import { sayEvent, sayFirst, sayLeave, sayMessage, sayPlain } from './speak.ts';
import { answer } from './turn.ts';

/** RFC 6455, section 7.4.1: the server met a condition that it did not expect. */
const CLOSE_INTERNAL = 1011;

export interface Session {
  readonly link: Link;
  readonly challenge: Buffer;
  /** Whom it speaks for. */
  member: Member | undefined;
  /** It has everything so far, and hears what is new. */
  live: boolean;
  /** A join or a resume is under way; what else arrives waits. */
  busy: boolean;
  waiting: [data: Buffer, isBinary: boolean][] | undefined;
  waitingBytes: number;
  /** When it came, ms. */
  readonly since: number;
  /** It has joined or resumed at least once. */
  entered: boolean;
  /** What it has said since the last sweep. */
  heardFrames: number;
  heardBytes: number;
  /** It has said too much, and is not read from until the next sweep. */
  throttled: boolean;
  bad: number;
  /** The relay has said goodbye: what still arrives is not looked at. */
  ended: boolean;
  closed: boolean;
  /** Called when the link has taken everything, or has closed. */
  drained: (() => void) | undefined;
}

/** Greets a new connection. */
export function connect(core: Core, link: Link): Receiver {
  const session: Session = {
    link,
    challenge: newChallenge(),
    member: undefined,
    live: false,
    busy: false,
    waiting: undefined,
    waitingBytes: 0,
    since: core.now(),
    entered: false,
    heardFrames: 0,
    heardBytes: 0,
    throttled: false,
    bad: 0,
    ended: false,
    closed: false,
    drained: undefined,
  };
  core.sessions.add(session);
  core.log.debug('connected', { connections: core.sessions.size });
  write(core, session, [hello(core, session.challenge)]);
  return new Hearer(core, session);
}

/** One object for what would be a function each: there may be ten thousand connections that say nothing. */
class Hearer implements Receiver {
  readonly #core: Core;
  readonly #session: Session;

  constructor(core: Core, session: Session) {
    this.#core = core;
    this.#session = session;
  }

  received(data: Buffer, isBinary: boolean): void {
    receive(this.#core, this.#session, [data, isBinary]);
  }

  drained(): void {
    this.#session.drained?.();
  }

  closed(): void {
    close(this.#core, this.#session);
  }
}

const CHALLENGES_AT_ONCE = 128;
let challenges = Buffer.alloc(0);

/** Random bytes cost less by the hundred. */
function newChallenge(): Buffer {
  if (challenges.length === 0) challenges = randomBytes(CHALLENGES_AT_ONCE * CHALLENGE_BYTES);
  const challenge = challenges.subarray(0, CHALLENGE_BYTES);
  challenges = challenges.subarray(CHALLENGE_BYTES);
  return challenge;
}

/** More than this, and the socket itself has to wait. */
const MAX_WAITING = 64;
const MAX_WAITING_BYTES = 256 * 1024;

function receive(core: Core, session: Session, frame: [data: Buffer, isBinary: boolean]): void {
  if (session.closed || session.ended) return;
  weigh(core, session, frame[0].length);
  if (session.busy) {
    session.waiting ??= [];
    session.waiting.push(frame);
    session.waitingBytes += frame[0].length;
    if (session.waiting.length >= MAX_WAITING || session.waitingBytes > MAX_WAITING_BYTES) session.link.pause();
  } else handle(core, session, frame);
}

/** The join or resume is over: what has waited is next. */
export function proceed(core: Core, session: Session): void {
  session.busy = false;
  while (!session.busy && !session.closed && !session.ended) {
    const next = session.waiting?.shift();
    if (!next) {
      session.waiting = undefined;
      if (!session.throttled) session.link.resume();
      return;
    }
    session.waitingBytes -= next[0].length;
    handle(core, session, next);
  }
}

function handle(core: Core, session: Session, [data, isBinary]: [data: Buffer, isBinary: boolean]): void {
  core.counters.frames += 1;
  try {
    if (isBinary && data[0] === 0x01 && isMessageLength(data.length - 1)) sayMessage(core, session, data);
    else dispatch(core, session, { frame: decode(data, isBinary), data });
  } catch (error) {
    if (error instanceof Failure) refuseFrame(core, session);
    else breakOff(core, session, error);
  }
}

/** A fault of the relay costs one connection, not the process. */
function breakOff(core: Core, session: Session, error: unknown): void {
  core.log.error('a frame could not be handled', { reason: reasonOf(error) });
  session.ended = true;
  session.link.close(CLOSE_INTERNAL);
}

const decode = (data: Buffer, isBinary: boolean): ClientFrame =>
  decodeClientFrame(isBinary ? data : isUtf8(data) ? data.toString() : fail('bad-frame', 'not UTF-8'));

function dispatch(core: Core, session: Session, { frame, data }: { frame: ClientFrame; data: Buffer }): void {
  switch (frame.type) {
    case 'msg':
      sayMessage(core, session, data);
      break;
    case 'first':
      sayFirst(core, session, frame);
      break;
    case 'eph':
      sayEvent(core, session, data);
      break;
    case 'plain':
      sayPlain(core, session, frame.plain);
      break;
    case 'leave':
      sayLeave(core, session);
      break;
    case 'join':
      beginJoin(core, session, frame);
      break;
    case 'resume':
      beginResume(core, session, frame);
      break;
  }
}

/** Nothing changes and the connection goes on, up to a limit. */
export function refuseFrame(core: Core, session: Session): void {
  if (isPatient(session, 1)) answer(core, { session, refusal: { code: 'bad-frame' }, id: undefined });
}

function close(core: Core, session: Session): void {
  session.closed = true;
  session.waiting = undefined;
  core.sessions.delete(session);
  core.log.debug('disconnected', { connections: core.sessions.size });
  leaveSeat(core, session);
  session.drained?.();
}
