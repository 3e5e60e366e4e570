import { type KeyboardEvent, type SyntheticEvent, useEffect, useId, useRef } from 'react';
import { ByteCount } from './ByteCount.tsx';
import { Icon } from './Icon.tsx';
import { useSettings } from './SettingsContext.ts';

export interface ComposerProps {
  draft: string;
  /** What to write, and to whom. */
  placeholder: string;
  /** UTF-8 bytes of the draft. */
  bytes: number;
  /** Above this nothing is sent, and nothing is cut. */
  most: number;
  onDraft(text: string): void;
  onSend(): void;
}

/** Enter sends and Shift+Enter starts a line, or Ctrl+Enter sends and Enter starts a line. */
export function Composer({ bytes, most, onSend, ...text }: ComposerProps) {
  const id = useId();
  const send = (event: SyntheticEvent) => {
    event.preventDefault();
    onSend();
  };
  return (
    <>
      <form className="composer" aria-label="Write a message" onSubmit={send}>
        <label htmlFor={id}>
          <span className="unseen">Message</span>
          <span className="prompt" aria-hidden="true">
            &gt;
          </span>
        </label>
        <TextField {...text} id={id} onSend={send} />
        <button className="button primary send" type="submit" disabled={bytes > most}>
          <Icon name="send" />
          <span className="word">Send</span>
        </button>
      </form>
      <ByteCount id={`${id}-count`} bytes={bytes} most={most} />
    </>
  );
}

interface TextFieldProps extends Pick<ComposerProps, 'draft' | 'placeholder' | 'onDraft'> {
  id: string;
  onSend(event: SyntheticEvent): void;
}

function TextField({ id, draft, placeholder, onDraft, onSend }: TextFieldProps) {
  const field = useRef<HTMLTextAreaElement>(null);
  const [{ enterSends }] = useSettings();
  useEffect(() => takeFocus(field.current), []);
  return (
    <textarea
      id={id}
      ref={field}
      className="composer-text"
      rows={Math.min(MOST_ROWS, draft.split('\n').length)}
      value={draft}
      placeholder={placeholder}
      aria-describedby={`${id}-count`}
      onChange={event => onDraft(event.target.value)}
      onKeyDown={event => isSendKey(event, enterSends) && onSend(event)}
    />
  );
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
