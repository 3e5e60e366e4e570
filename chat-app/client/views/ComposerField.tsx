import { type KeyboardEvent, type RefObject, type SyntheticEvent, useEffect, useRef } from 'react';
import type { ComposerProps } from './Composer.tsx';
import { useSettings } from './SettingsContext.ts';

export interface ComposerFieldProps extends Omit<ComposerProps, 'bytes' | 'most' | 'onSend'> {
  id: string;
  onSend(event: SyntheticEvent): void;
}

/**
 * Enter sends and Shift+Enter starts a line, or Ctrl+Enter sends and Enter starts a line. Up in an empty field changes
 * the last line of one's own, Escape gives that up.
 */
export function ComposerField({ id, draft, about, placeholder, ...on }: ComposerFieldProps) {
  const field = useRef<HTMLTextAreaElement>(null);
  const [{ enterSends, showTyping }] = useSettings();
  useFocus(field, about);
  const write = (text: string) => {
    on.onDraft(text);
    if (showTyping && text.trim() !== '' && !text.startsWith('/')) on.onTyping();
  };
  const press = (event: KeyboardEvent) => {
    if (isSendKey(event, enterSends)) return on.onSend(event);
    if (event.key === 'Escape' && about) on.onCancel();
    if (event.key !== 'ArrowUp' || draft !== '' || about) return;
    event.preventDefault();
    on.onEditLast();
  };
  return (
    <textarea
      id={id}
      ref={field}
      className="composer-text"
      rows={Math.min(MOST_ROWS, draft.split('\n').length)}
      value={draft}
      placeholder={placeholder}
      aria-describedby={`${id}-count`}
      onChange={event => write(event.target.value)}
      onKeyDown={press}
    />
  );
}

/** At first, and whenever something is to be changed or answered. */
function useFocus(field: RefObject<HTMLTextAreaElement | null>, about: unknown): void {
  useEffect(() => takeFocus(field.current), [field]);
  useEffect(() => {
    if (about) field.current?.focus();
  }, [field, about]);
}

/** Where the browser does not fit the field to its text. */
const MOST_ROWS = 8;

/** While a word is being composed, Enter belongs to the input method. */
function isSendKey({ key, shiftKey, ctrlKey, metaKey, nativeEvent }: KeyboardEvent, enterSends: boolean): boolean {
  if (key !== 'Enter' || shiftKey || nativeEvent.isComposing) return false;
  return enterSends || ctrlKey || metaKey;
}

/** Where nothing else has the focus, and no keyboard would jump up over the log. */
function takeFocus(field: HTMLElement | null): void {
  if (document.activeElement === document.body && matchMedia('(pointer: fine)').matches) field?.focus();
}
