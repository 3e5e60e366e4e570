import { useEffect } from 'react';
import type { ConnectionState } from '../session/state.ts';

/** A network that is back, or a tab that is looked at again, does not wait for the next attempt. */
export function useWakeUp({ kind }: ConnectionState, onWake: () => void): void {
  useEffect(() => {
    if (kind !== 'offline') return;
    const wake = () => document.visibilityState === 'visible' && onWake();
    addEventListener('online', wake);
    document.addEventListener('visibilitychange', wake);
    return () => {
      removeEventListener('online', wake);
      document.removeEventListener('visibilitychange', wake);
    };
  }, [kind, onWake]);
}
