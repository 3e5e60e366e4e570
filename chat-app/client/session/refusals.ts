import type { WireCode } from '../../protocol/failure.ts';
import { anotherName } from './names.ts';

/** Why there was no way in. */
export interface Refusal {
  code: WireCode | 'suite';
  /** How many people a full room has. */
  limit?: number;
  /** Our clock minus the relay's, milliseconds. */
  clockOffMs: number;
}

/** What was tried. */
export interface Attempt {
  roomId: string;
  name: string;
  /** With an invitation, a room that is being started, or by its name alone. */
  mode: 'invited' | 'new' | 'named';
}

export interface JoinErrors {
  room?: string;
  name?: string;
  /** What belongs to no field. */
  form?: string;
}

/** Each refusal at the field that it belongs to (e2ee/1, section 13). */
export function joinErrors(refusal: Refusal, attempt: Attempt): JoinErrors {
  switch (refusal.code) {
    case 'full':
      return { room: fullRoom(attempt.roomId, refusal.limit) };
    case 'name-taken':
      return { name: takenName(attempt.name) };
    case 'door':
      return { room: closedDoor(attempt) };
    case 'clock':
      return { form: `${wrongClock(refusal.clockOffMs)} Set it, then join again.` };
    case 'suite':
    case 'bundle-version':
      return { form: 'This relay uses a newer version of the chat. Reload the page.' };
    case 'proof':
      return { form: 'The relay did not accept the proof of your key (proof). Reload the page and join again.' };
    case 'unavailable':
      return { form: 'The relay cannot store anything at the moment (unavailable). Try again in a while.' };
    default:
      return { form: `The relay did not let you in (${refusal.code}). Try again, and tell whoever runs it.` };
  }
}

const fullRoom = (roomId: string, limit: number | undefined): string =>
  limit ? `${roomId} is full: ${limit} people are in it.` : `${roomId} is full.`;

const takenName = (name: string): string =>
  `Somebody here is called “${name}” already. Choose another name, for example ${anotherName(name)}.`;

function closedDoor({ roomId, mode }: Attempt): string {
  if (mode === 'invited') return `This invitation does not open ${roomId}. Ask for a new link.`;
  if (mode === 'new') return `There is a room called ${roomId} already. Choose another name, or ask for its link.`;
  return `${roomId} opens only with its invitation. Ask somebody inside for the link.`;
}

/** “Your clock is 12 minutes off; others will refuse your key.” */
export function wrongClock(offMs: number): string {
  const minutes = Math.round(Math.abs(offMs) / 60_000);
  return `Your clock is ${minutes} ${minutes === 1 ? 'minute' : 'minutes'} off; others will refuse your key.`;
}
