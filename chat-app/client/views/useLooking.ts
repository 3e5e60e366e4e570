import { useEffect } from 'react';

/** Tells whether somebody is looking at the end of the log: the tab is in front, and the log is at its end. */
export function useLooking(atEnd: boolean, onLook: (looking: boolean) => void): void {
  useEffect(() => {
    const tell = () => onLook(atEnd && document.visibilityState === 'visible');
    tell();
    document.addEventListener('visibilitychange', tell);
    return () => document.removeEventListener('visibilitychange', tell);
  }, [atEnd, onLook]);
}
