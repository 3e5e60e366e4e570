import { useCallback, useEffect, useRef, useState } from 'react';

const PAUSE_MS = 400;

/** What is being written. `onKeep` is told after a pause, and when somebody turns to another tab. */
export function useDraft(first: string, onKeep: (text: string) => void): [string, (text: string) => void] {
  const [draft, setDraft] = useState(first);
  const waiting = useRef<{ timer: ReturnType<typeof setTimeout>; text: string }>(undefined);
  const flush = useCallback(() => {
    if (!waiting.current) return;
    clearTimeout(waiting.current.timer);
    onKeep(waiting.current.text);
    waiting.current = undefined;
  }, [onKeep]);
  useEffect(() => {
    document.addEventListener('visibilitychange', flush);
    return () => {
      document.removeEventListener('visibilitychange', flush);
      flush();
    };
  }, [flush]);
  const change = useCallback(
    (text: string) => {
      setDraft(text);
      clearTimeout(waiting.current?.timer);
      waiting.current = { timer: setTimeout(flush, PAUSE_MS), text };
    },
    [flush],
  );
  return [draft, change];
}
