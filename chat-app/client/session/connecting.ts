/** The connection to the relay: opened, lost, and opened again for as long as the session lasts (e2ee/1, section 8). */
import { encodeClientFrame } from '../../protocol/frames.ts';
import { CLOSE_RESTART, CLOSE_TAKEN_OVER } from '../../protocol/limits.ts';
import { backoffMs, restartMs } from './backoff.ts';
import { type Desk, tell } from './desk.ts';
import { landed } from './outbox.ts';

/** A relay that says nothing for so long is not there any more. */
export const SILENCE_MS = 15_000;

export function connect(desk: Desk): void {
  desk.cancelRetry?.();
  desk.cancelRetry = undefined;
  if (desk.fault !== undefined) return;
  const inbox: Desk['inbox'] = [];
  const open = desk.transport.open(desk.url, {
    frame: data => {
      inbox.push(data);
      desk.turn(() => desk.hear(inbox));
    },
    closed: code => desk.turn(() => (desk.inbox === inbox ? lost(desk, code) : Promise.resolve())),
  });
  Object.assign(desk, { connection: desk.post.through(open), inbox, greeted: false });
  expectAnswer(desk, () => !desk.greeted);
}

/** Reconnects unless the answer has come by then. */
export function expectAnswer(desk: Desk, isMissing: () => boolean, withinMs = SILENCE_MS): void {
  const { inbox } = desk;
  desk.clock.after(withinMs, () =>
    desk.turn(async () => {
      if (desk.inbox === inbox && !desk.state.ended && isMissing()) await reconnect(desk);
    }),
  );
}

async function lost(desk: Desk, code: number): Promise<void> {
  await hangUp(desk);
  if (code === CLOSE_TAKEN_OVER) tell(desk, { type: 'ended', how: 'taken-over' });
  else retryLater(desk, code);
}

/** Ends the connection, if there is one. What was under way on it has no answer. */
export async function hangUp(desk: Desk): Promise<void> {
  desk.connection?.close();
  desk.replacedMyself ||= desk.joining !== undefined;
  Object.assign(desk, { connection: undefined, inbox: undefined, joining: undefined, away: undefined });
  desk.outbox = landed(desk.outbox);
  await desk.member.disconnected();
}

/** `code` is the WebSocket close code. */
export function retryLater(desk: Desk, code?: number): void {
  const soon = code === CLOSE_RESTART && desk.attempt === 0;
  const ms = soon ? restartMs(desk.chance()) : backoffMs(desk.attempt, desk.chance());
  const now = desk.clock.now();
  desk.attempt += 1;
  desk.offlineSince ??= now;
  desk.cancelRetry = desk.clock.after(ms, () => desk.turn(async () => connect(desk)));
  tell(desk, { type: 'connection', connection: { kind: 'offline', since: desk.offlineSince, retryAt: now + ms } });
}

export async function reconnect(desk: Desk): Promise<void> {
  await hangUp(desk);
  connect(desk);
}

/** Gets in: resumes the session that is listed, or joins with a new one. */
export async function enter(desk: Desk): Promise<void> {
  if (await isStopped(desk)) return;
  const resume = await desk.member.resume();
  if (!resume) return join(desk);
  desk.away = [];
  desk.connection?.send(encodeClientFrame(resume));
}

/** After the history has changed nothing is done until the person starts over, whatever the relay says. */
const isStopped = async ({ member }: Desk): Promise<boolean> => (await member.snapshot()).stopped !== undefined;

export async function join(desk: Desk): Promise<void> {
  if (await isStopped(desk)) return;
  desk.joining = encodeClientFrame(await desk.member.join(desk.name));
  desk.away = [];
  desk.connection?.send(desk.joining);
}
