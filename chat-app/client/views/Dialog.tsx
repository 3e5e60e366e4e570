import { type ReactNode, useEffect, useId, useRef } from 'react';
import { Icon } from './Icon.tsx';

export interface DialogProps {
  title: string;
  children: ReactNode;
  /** Buttons, always in view. */
  actions: ReactNode;
  onClose(): void;
}

/** Opening puts the focus on the heading, closing gives it back to where it was. */
export function Dialog({ title, children, actions, onClose }: DialogProps) {
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    dialog.current?.showModal();
    dialog.current?.querySelector('h2')?.focus();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <dialog ref={dialog} className="dialog" aria-labelledby={id} onClose={onClose}>
      <div className="dialog-head">
        <h2 id={id} tabIndex={-1}>
          {title}
        </h2>
        <button className="icon-button" type="button" onClick={onClose} aria-label="Close">
          <Icon name="cross" />
        </button>
      </div>
      <div className="dialog-body">{children}</div>
      <div className="dialog-foot">{actions}</div>
    </dialog>
  );
}
