/** What each thing that happens in a room shows to the person in it (e2ee/1, section 13). */
import type { Code } from '../../protocol/failure.ts';
import type { LeaveReason } from '../../protocol/log.ts';
import type { RoomEvent, Who } from '../crypto/events.ts';
import type { Change } from './changes.ts';
import type { Banner, Remark } from './state.ts';

type Told<T extends RoomEvent['type']> = Extract<RoomEvent, { type: T }>;

/** `at`: when we learned of it, milliseconds since 1970. Nothing for what shows nothing. */
export function notices(event: RoomEvent, at: number): Change[] {
  switch (event.type) {
    case 'joined':
      return [remark({ at, tone: 'plain', text: `${event.name} joined` })];
    case 'left':
      return [remark({ at, tone: 'plain', text: leaving(event) })];
    case 'outsider':
      return [
        remark({ at, tone: 'fault', text: `${event.name} came without the room’s link` }),
        banner(uninvited(event)),
      ];
    case 'refused':
      return [banner(refused(event))];
    case 'key-changed':
      return [newKey(event, at)];
    case 'verified-key-changed':
      return [remark({ at, tone: 'halted', text: `${event.name}, whom you verified, shows another key` })];
    case 'other-name':
      return [
        remark({ at, tone: 'calm', text: `${event.name} is the person whom you verified as ${event.verifiedAs}` }),
      ];
    default:
      return aboutTheLog(event, at);
  }
}

function aboutTheLog(event: RoomEvent, at: number): Change[] {
  switch (event.type) {
    case 'missing':
      return [remark({ at, tone: 'fault', text: missing(event) })];
    case 'unreadable':
      return unreadable(event, at);
    case 'unseen':
      return [remark({ at, tone: 'plain', text: unseen(event) })];
    case 'fork':
      return [banner(fork(event))];
    case 'stopped':
      return event.code === 'suite' ? [] : [banner(rewritten(event))];
    case 'ignored':
      return event.code === 'replay' || event.code === 'duplicate' ? [{ type: 'repeated' }] : [];
    default:
      return [];
  }
}

function newKey({ name, identity }: Who, at: number): Change {
  const text = `${name} has a new key. Compare numbers if that is a surprise`;
  return remark({ at, tone: 'calm', text, about: { name, identity } });
}

const remark = (said: Omit<Remark, 'kind' | 'key'>): Change => ({ type: 'remark', remark: said });

const banner = (shown: Banner): Change => ({ type: 'banner', banner: shown });

const reasons: Record<LeaveReason, string> = {
  1: 'left',
  2: 'was away too long and is no longer in the room',
  3: 'is no longer in the room: the key has run out',
  4: 'left',
  5: 'was away, and gave up the seat in a full room',
};

const leaving = ({ name, reason }: Told<'left'>): string => `${name} ${reasons[reason]}`;

const uninvited = ({ name, identity }: Told<'outsider'>): Banner => ({
  key: `outsider ${identity}`,
  title: `${name} came without the room’s link.`,
  text: `${name} can neither read you nor be read. If you expected ${name}, send the invitation again.`,
  offer: 'invite',
});

const refused = ({ name = 'somebody', code }: Told<'refused'>): Banner => ({
  key: `refused ${name} ${code}`,
  title: `The relay announced a key for ${name} that cannot be right.`,
  text: `Nothing is sealed for it. If it happens again, do not trust this relay.`,
  code,
});

const missing = ({ name, count }: Told<'missing'>): string =>
  count === 1 ? `A message from ${name} is missing` : `${count} messages from ${name} are missing`;

const unseen = ({ from, to }: Told<'unseen'>): string =>
  from === to
    ? 'Something happened here while you were not in the room'
    : `${to - from + 1} things happened here while you were not in the room`;

const unopened: readonly Code[] = ['envelope-auth', 'chain-commit', 'no-chain', 'unknown-sender', 'not-for-me'];

function unreadable({ name = 'somebody', code }: Told<'unreadable'>, at: number): Change[] {
  if (code === 'roster-mismatch') return otherReaders(name, at);
  if (code === 'plain-refused')
    return [remark({ at, tone: 'fault', text: 'The relay showed a plain line that is not allowed here', code })];
  if (unopened.includes(code))
    return [remark({ at, tone: 'fault', text: `A line from ${name} could not be opened`, code })];
  return [remark({ at, tone: 'fault', text: `A line that claims to be from ${name} is forged or damaged`, code })];
}

function otherReaders(name: string, at: number): Change[] {
  const title = `${name} seals for other people than you see.`;
  const text = `Compare the room code with ${name} outside this chat, by phone for instance, before you go on.`;
  return [
    remark({ at, tone: 'fault', text: `${name} seals for other people than you see`, code: 'roster-mismatch' }),
    banner({ key: `roster-mismatch ${name}`, title, text, code: 'roster-mismatch', offer: 'room-code' }),
  ];
}

const fork = ({ name, identity }: Told<'fork'>): Banner => ({
  key: `fork ${identity}`,
  title: `${name} and you were shown different histories, or the program of ${name} lies.`,
  text: 'Ask outside this chat, by phone for instance, what the last lines were.',
  code: 'fork',
});

const rewritten = ({ code, seq }: Told<'stopped'>): Banner => ({
  key: 'stopped',
  title: `The relay has changed the history at line ${seq}.`,
  text: 'What stands below may be incomplete.',
  code,
});
