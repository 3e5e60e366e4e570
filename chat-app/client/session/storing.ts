/** The end of a turn: what it changed is stored in one transaction, and only then does anything leave the browser. */
import { Failure } from '../../protocol/failure.ts';
import { hangUp } from './connecting.ts';
import { type Desk, tell } from './desk.ts';
import { markUnkept } from './settling.ts';
import { changesOf } from './stored.ts';

export async function finishTurn(desk: Desk): Promise<void> {
  if (desk.forgotten) await desk.shelf.forget();
  else if (desk.fault !== undefined) markUnkept(desk);
  else if (!desk.closed) await store(desk);
  desk.post.deliver();
}

async function store(desk: Desk): Promise<void> {
  const changes = changesOf(desk);
  if (!changes) return;
  try {
    await desk.shelf.keep(changes.keeping);
    Object.assign(desk, { stored: changes.stored, dirty: false });
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'tab-active') throw error;
    await handOver(desk);
  }
}

/** Another tab has the room by now: nothing of this turn counts. */
async function handOver(desk: Desk): Promise<void> {
  desk.post.discard();
  await hangUp(desk);
  tell(desk, { type: 'ended', how: 'taken-over' });
}
