/** What the relay says, one frame after the other. */
import { Failure } from '../../protocol/failure.ts';
import { type Data, decodeRelayFrame, type RelayFrame } from '../../protocol/frames.ts';
import { LEAVE } from '../../protocol/log.ts';
import { hex } from '../../protocol/text.ts';
import type { LineEvent, RoomEvent, Who } from '../crypto/index.ts';
import { enter, hangUp, join, retryLater } from './connecting.ts';
import { type Desk, tell } from './desk.ts';
import { received } from './lines.ts';
import { notices } from './notices.ts';
import { find, unsealed, without } from './outbox.ts';
import { refused } from './refusing.ts';

type Frame<T extends RelayFrame['type']> = Extract<RelayFrame, { type: T }>;

/** Everything that has come in so far; a relay that talks nonsense is left for a while. */
export async function drain(desk: Desk, inbox: Data[]): Promise<void> {
  try {
    for (const data of inbox.splice(0)) if (desk.inbox === inbox) await hear(desk, decodeRelayFrame(data));
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'bad-frame') throw error;
    await hangUp(desk);
    retryLater(desk);
  }
}

async function hear(desk: Desk, frame: RelayFrame): Promise<void> {
  const events = await desk.member.receive(frame);
  if (frame.type === 'room') seated(desk, frame);
  for (const event of events) await take(desk, event);
  await follow(desk, frame);
}

async function follow(desk: Desk, frame: RelayFrame): Promise<void> {
  switch (frame.type) {
    case 'hello':
      desk.greeted = true;
      return desk.connection && enter(desk);
    case 'join':
    case 'leave':
      desk.outbox = unsealed(desk.outbox);
      return;
    case 'here':
      return present(desk, frame);
    case 'no':
      return refused(desk, frame);
    default:
      return;
  }
}

/** The relay has let us in. */
function seated(desk: Desk, { seq, earlier }: Frame<'room'>): void {
  const at = desk.clock.now();
  const first = !desk.state.inside;
  Object.assign(desk, { joining: undefined, replacedMyself: false, outbox: unsealed(desk.outbox) });
  tell(desk, { type: 'entered' });
  if (!first) return;
  if (earlier > 0) tell(desk, { type: 'remark', remark: { at, tone: 'plain', text: sealedBefore(earlier) } });
  tell(desk, {
    type: 'remark',
    remark: { at, tone: 'plain', text: seq === 1 ? 'You opened this room' : 'You joined' },
  });
}

const sealedBefore = (count: number): string =>
  count === 1
    ? 'An earlier message was sealed for the people then present'
    : `${count} earlier messages were sealed for the people then present`;

async function take(desk: Desk, event: RoomEvent): Promise<void> {
  tell(desk, ...notices(event, desk.clock.now()));
  switch (event.type) {
    case 'line':
      return heard(desk, event);
    case 'typing':
      return typing(desk, event);
    case 'delivered':
      return delivered(desk, event.id);
    case 'new-key':
      return void desk.met.set(event.identity, 'new');
    case 'key-changed':
      return void desk.met.set(event.identity, 'new key');
    case 'fork':
      if (!desk.forks.has(event.identity)) desk.forks.set(event.identity, { name: event.name, answered: false });
      return;
    case 'clock':
      desk.clockOffMs = event.offMs;
      return;
    case 'removed':
      return removed(desk, event.reason);
    case 'stopped':
      return event.code === 'suite' ? newerRelay(desk) : undefined;
    case 'synced':
      return synced(desk);
    default:
      return;
  }
}

function heard(desk: Desk, event: LineEvent): void {
  const now = desk.clock.now();
  tell(desk, ...received(event, desk.state.items, now), { type: 'typed', at: now, identity: event.identity });
}

const TYPING_MS = 6000;

/** Says so for a moment, unless it is said again. */
function typing(desk: Desk, { name, identity }: Who): void {
  const until = desk.clock.now() + TYPING_MS;
  tell(desk, { type: 'typing', who: { name, identity, until } });
  desk.clock.after(TYPING_MS, () => desk.turn(async () => tell(desk, { type: 'typed', at: desk.clock.now() })));
}

/** After a reload the line may have gone from the outbox already. */
function delivered(desk: Desk, id: string): void {
  const key = find(desk.outbox, id)?.shows ?? id;
  desk.outbox = without(desk.outbox, id);
  tell(desk, { type: 'delivery', key, delivery: { state: 'sent' } });
}

/** Our session is over. Another one of ours took its place: by our own lost join, or in another tab or profile. */
async function removed(desk: Desk, reason: number): Promise<void> {
  if (reason !== LEAVE.replaced || desk.replacedMyself) return join(desk);
  await hangUp(desk);
  tell(desk, { type: 'ended', how: 'taken-over' });
}

/** Nothing is negotiated: this page cannot speak with it. */
async function newerRelay(desk: Desk): Promise<void> {
  tell(desk, { type: 'refused', refusal: { code: 'suite', clockOffMs: 0 } });
  await hangUp(desk);
}

function synced(desk: Desk): void {
  // That was the end of the last session: the answer to the next join is still to come.
  if (desk.joining !== undefined) return;
  tell(desk, { type: 'away', sids: desk.away ?? [], at: desk.clock.now() });
  tell(desk, { type: 'connection', connection: { kind: 'online' } });
  if (!desk.state.inside) tell(desk, { type: 'entered' });
  Object.assign(desk, { away: undefined, attempt: 0, offlineSince: undefined, replacedMyself: false });
}

function present(desk: Desk, { sid, state }: Frame<'here'>): void {
  const person = hex(sid);
  if (!desk.away) tell(desk, { type: 'presence', sid: person, presence: state, at: desk.clock.now() });
  else if (state === 'away') desk.away.push(person);
}
