/** What the join screen shows, from what is known so far. */
import type { Bytes } from '../../protocol/bytes.ts';
import { ROOM_ID } from '../../protocol/room.ts';
import { chooseSecret } from '../crypto/index.ts';
import type { Discovery } from './discovery.ts';
import type { Link } from './link.ts';
import { isName } from './names.ts';
import type { Attempt, JoinErrors } from './refusals.ts';
import type { KeptRoom } from './vault.ts';

export interface BootStep {
  text: string;
  state: 'doing' | 'done' | 'failed';
}

export interface Entrance {
  link: Link;
  mode: Attempt['mode'];
  /** What stands in the fields at first. */
  roomId: string;
  name: string;
  relay: Discovery | 'looking';
  hasKey: boolean;
  /** What this browser knows of the room in the link. */
  kept: KeptRoom | undefined;
  errors: JoinErrors;
  joining: boolean;
}

export interface JoinChoice {
  roomId: string;
  name: string;
  /** Take the secret of this invitation in place of the one that this browser has for the room. */
  replaceLink: boolean;
}

/** Without an invitation or a room in the address, one starts a room of one's own. */
export function entrance(link: Link): Entrance {
  const mode = link.roomId === undefined ? 'new' : link.secret === 'none' ? 'named' : 'invited';
  const rest = { name: '', kept: undefined, errors: damaged(link), hasKey: false, joining: false } as const;
  return { link, mode, roomId: link.roomId ?? '', relay: 'looking', ...rest };
}

const damaged = ({ secret }: Link): JoinErrors =>
  secret === 'damaged' ? { room: 'This link is damaged: its secret is not 32 bytes. Ask for the link again.' } : {};

/** Another way in, with empty hands: what the address said belongs to the first. */
export const withMode = (before: Entrance, mode: Entrance['mode'], roomId: string): Entrance => ({
  ...before,
  mode,
  roomId,
  errors: {},
});

export const steps = ({ relay, hasKey, link, joining }: Entrance): BootStep[] => [
  relayStep(relay),
  hasKey
    ? { text: 'Your key was made in this browser and stays here', state: 'done' }
    : { text: 'Making your key', state: 'doing' },
  ...linkStep(link),
  ...(joining ? [{ text: 'Joining the room', state: 'doing' } as const] : []),
];

function relayStep(relay: Entrance['relay']): BootStep {
  if (relay === 'looking') return { text: 'Looking for the relay', state: 'doing' };
  if (relay.kind === 'missing')
    return {
      text: `No relay answers at ${relay.asked.length > 1 ? 'this address, nor on ports 5001 to 5010' : 'this address'}`,
      state: 'failed',
    };
  return { text: `Relay found at ${relay.here ? 'this address' : relay.origin}`, state: 'done' };
}

function linkStep({ secret }: Link): BootStep[] {
  if (secret === 'none') return [];
  if (secret === 'damaged') return [{ text: 'The invitation is damaged', state: 'failed' }];
  return [{ text: 'Invitation read, and taken out of the address bar', state: 'done' }];
}

export const isReady = ({ relay, hasKey, link, joining, mode }: Entrance): boolean =>
  relay !== 'looking' &&
  relay.kind === 'found' &&
  hasKey &&
  !joining &&
  (mode !== 'invited' || link.secret !== 'damaged');

const secretOf = ({ secret }: Link): Bytes | undefined => (typeof secret === 'string' ? undefined : secret);

/** This browser has another link for the room than the one that was just opened. */
export const hasOtherLink = ({ kept, link, mode }: Entrance): boolean =>
  mode === 'invited' && chooseSecret(kept?.secret, secretOf(link)) === 'ask';

/** What is wrong with the fields before anybody is asked. */
export function fieldErrors({ roomId, name }: JoinChoice): JoinErrors | undefined {
  const errors: JoinErrors = {
    ...(!ROOM_ID.test(roomId) && { room: 'A room’s name is 1 to 64 of a–z, 0–9, - and _' }),
    ...(!isName(name) && { name: 'Your name here is 1 to 24 of a–z, 0–9, - and _' }),
  };
  return Object.keys(errors).length > 0 ? errors : undefined;
}

/** Which secret to join with. A browser that has one for a room never joins it without, nor starts it again. */
export function secretFor(
  { mode, link }: Entrance,
  { kept, replaceLink, fresh }: { kept: KeptRoom | undefined; replaceLink: boolean; fresh(): Bytes },
): Bytes | undefined {
  if (mode === 'new') return kept?.secret ?? fresh();
  const given = mode === 'invited' ? secretOf(link) : undefined;
  const chosen = chooseSecret(kept?.secret, given);
  if (chosen !== 'ask') return chosen;
  return replaceLink ? given : kept?.secret;
}
