/** The end of every turn: what the core says now, what follows from it, and what may go out. */
import type { Snapshot } from '../crypto/index.ts';
import { hangUp, join } from './connecting.ts';
import * as derive from './derive.ts';
import { type Desk, tell } from './desk.ts';
import { caughtUp } from './outbox.ts';
import { keepHere } from './refusing.ts';
import { pump } from './sending.ts';
import { plainOff } from './slash.ts';

export async function settle(desk: Desk): Promise<void> {
  const snapshot = await desk.member.snapshot();
  desk.outbox = caughtUp(desk.outbox, snapshot.seq);
  showReaders(desk, snapshot);
  if (snapshot.plainObstacle?.code === 'not-alone') endPlain(desk);
  if (isSessionOld(desk, snapshot)) await join(desk);
  else await pump(desk, snapshot);
  tell(desk, { type: 'question', question: derive.question(desk) });
}

/** The program has failed: nothing is sent or taken any more, for it could not be stored; the person is told. */
export async function broken(desk: Desk, error: unknown): Promise<void> {
  desk.fault = error;
  desk.report(error);
  desk.cancelRetry?.();
  desk.post.discard();
  await hangUp(desk);
  desk.post.discard();
  tell(desk, derive.fault(error));
  markUnkept(desk);
}

/** What this browser could not keep is neither on its way nor here to stay. */
export function markUnkept(desk: Desk): void {
  const { places } = desk.stored.scrollback;
  const delivery = { state: 'failed', code: 'no-storage', reason: 'this browser could not keep it' } as const;
  for (const item of desk.state.items)
    if (item.kind === 'line' && item.mine && !places.has(item.key))
      tell(desk, { type: 'delivery', key: item.key, delivery });
}

/** When the others leave, the person decides what happens to what is written then. */
function showReaders(desk: Desk, snapshot: Snapshot): void {
  const before = desk.state.people.length;
  tell(desk, derive.roster(desk, snapshot), derive.halt(desk, snapshot));
  const now = desk.state.people.length;
  if (now > 0) desk.leftAlone = false;
  else if (before > 0) desk.leftAlone = true;
}

/** The first bundle of somebody else ends it for good. */
function endPlain(desk: Desk): void {
  if (desk.state.plain || desk.plainAsked) plainOff(desk);
  for (const line of desk.outbox) if (line.plain) keepHere(desk, line);
}

/** A day old, or under a name that the person no longer goes by. */
function isSessionOld({ connection, joining, state, name }: Desk, { phase, wantsSession, me }: Snapshot): boolean {
  const ready = phase === 'synced' && connection !== undefined && joining === undefined && !state.refusal;
  return ready && (wantsSession || me.name !== name);
}
