import type { RoomState } from '../session/state.ts';
import type { Mode } from './StatusBar.tsx';

const encoder = new TextEncoder();

export const utf8Length = (text: string): number => encoder.encode(text).length;

export function modeOf({ halt, connection, plain, people }: RoomState): Mode {
  if (halt) return 'stopped';
  if (connection.kind !== 'online') return 'offline';
  if (plain) return 'plain';
  return people.length === 0 ? 'only you' : 'sealed';
}

/** Says what happens to what is written now. */
export function placeholderOf({ connection, plain, people }: RoomState): string {
  if (connection.kind !== 'online') return 'Message, sent later';
  if (plain) return 'A line the relay can read';
  if (people.length === 0) return 'A note to yourself';
  return people.length === 1 ? `Message to ${people[0]?.name}` : `Message to ${people.length} people`;
}

export const queuedIn = ({ items }: RoomState): number =>
  items.filter(
    item => item.kind === 'line' && (item.delivery?.state === 'queued' || item.delivery?.state === 'waiting'),
  ).length;
