import { useEffect, useRef } from 'react';
import type { RoomState } from '../session/state.ts';
import { useSettings } from './SettingsContext.ts';

/** Tells of lines that come while the tab is hidden: who and where, never what. */
export function useNotifications({ items, roomId }: RoomState): void {
  const [{ notify }] = useSettings();
  const last = items.findLast(item => item.kind === 'line' && !item.mine);
  const told = useRef(last?.key);
  useEffect(() => {
    if (last?.kind !== 'line' || told.current === last.key) return;
    told.current = last.key;
    if (notify && document.visibilityState === 'hidden') tell(roomId, last.name);
  }, [last, notify, roomId]);
}

/** One for each room: the next takes the place of the last. Phones throw where only installed pages may. */
function tell(roomId: string, name: string): void {
  try {
    new Notification(roomId, { body: `${name} wrote`, tag: roomId, icon: '/icon.svg' });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
}
