import { useEffect } from 'react';
import type { RoomState } from '../session/state.ts';

/** What the tab says: what needs attention, then the room. */
export function useTitle(state: RoomState): void {
  const title = titleOf(state);
  useEffect(() => {
    document.title = title;
  }, [title]);
}

export function titleOf({ roomId, halt, connection, unread }: RoomState): string {
  const room = `${roomId} · ByteChat`;
  if (halt) return `Sending has stopped · ${room}`;
  if (unread > 0) return `(${unread}) ${room}`;
  return connection.kind === 'offline' ? `Reconnecting · ${room}` : room;
}
