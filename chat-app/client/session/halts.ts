/** Why sending has stopped, and the way out (e2ee/1, section 13). */
import { Failure } from '../../protocol/failure.ts';
import type { Obstacle, Snapshot } from '../crypto/index.ts';
import { type Refusal, wrongClock } from './refusals.ts';
import type { Halt, RoomState } from './state.ts';

export function haltFor({ inside, refusal }: RoomState, { stopped, obstacle }: Snapshot): Halt | undefined {
  if (stopped) return rewritten(stopped);
  if (refusal && inside) return outside(refusal);
  return obstacle && blocked(obstacle);
}

/** The program itself has failed, or could not store what it must: what follows is not to be trusted. */
export const failedHere = (error: unknown): Halt =>
  error instanceof Failure && error.code === 'no-storage' ? unstored(error) : unexpected(error);

const unstored = ({ code, detail }: Failure): Halt => ({
  code,
  title: detail === 'QuotaExceededError' ? 'This browser’s storage is full' : 'This browser keeps nothing any more',
  text: 'What came last could not be kept, so nothing more is sent or taken here. Make room, or allow storage for this page; then reload. Lines that are not marked as sent may be lost: copy them first.',
  way: 'reload',
});

const unexpected = (error: unknown): Halt => ({
  ...(error instanceof Failure && { code: error.code }),
  title: 'Something went wrong in this page',
  text: `${error instanceof Error ? error.message : String(error)}. What you wrote and what was not marked as sent may be lost when you reload.`,
  way: 'reload',
});

const newer: Halt = {
  code: 'suite',
  title: 'The relay uses a newer version',
  text: 'Nothing was sent. Reload the page to get the version that it speaks.',
  way: 'reload',
};

const rewritten = ({ code, seq }: NonNullable<Snapshot['stopped']>): Halt => ({
  code,
  title: 'Sending has stopped',
  text: `The relay has changed the history at line ${seq}. ${code === 'own-altered' ? orOldCopy : ''}Nothing that you type leaves this browser. Ask the others outside this chat, by phone for instance, what they see. If you go on, what the relay shows from then on counts as a new beginning.`,
  way: 'start-over',
});

const orOldCopy = 'Or an older copy of this browser’s data was put back, which does not know your last lines. ';

function outside(refusal: Refusal): Halt {
  if (refusal.code === 'suite' || refusal.code === 'bundle-version') return newer;
  const title = 'You are not in the room any more';
  const again = { code: refusal.code, title, way: 'try-again' } as const;
  if (refusal.code === 'clock') return { ...again, text: `${wrongClock(refusal.clockOffMs)} Set it, then try again.` };
  if (refusal.code === 'full') return { ...again, text: 'It filled up while you were away.' };
  if (refusal.code === 'name-taken') return { ...again, text: 'Somebody came under your name while you were away.' };
  return { ...again, text: 'The relay did not let you in again.' };
}

function blocked({ code, names }: Obstacle): Halt | undefined {
  const [name = 'somebody'] = names;
  if (code === 'verified-key-changed') return anotherKey(name);
  return code === 'bundle-expired' ? runOut(names) : undefined;
}

const anotherKey = (name: string): Halt => ({
  code: 'verified-key-changed',
  title: 'Sending has stopped',
  text: `${name}’s key is not the one that you verified. It may be a new phone, or somebody answers in ${name}’s place. Nothing that you type leaves this browser until you decide.`,
  way: 'accept',
  name,
});

const runOut = (names: string[]): Halt => ({
  code: 'bundle-expired',
  title: 'Sending has stopped',
  text: `The key of ${names.join(', ')} has run out, and the relay still lists it. Sending goes on by itself when it is gone.`,
  way: 'none',
});
