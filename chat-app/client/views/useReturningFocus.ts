import { type RefObject, useEffect } from 'react';

/** Opening puts the focus there, closing gives it back to where it was. */
export function useReturningFocus(open: boolean, target: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    if (!open) return;
    const before = document.activeElement;
    target.current?.focus();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, [open, target]);
}
