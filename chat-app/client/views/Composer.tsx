import { type SyntheticEvent, useId } from 'react';
import { AboutStrip } from './AboutStrip.tsx';
import { ByteCount } from './ByteCount.tsx';
import { ComposerField } from './ComposerField.tsx';
import { Icon } from './Icon.tsx';
import type { Composing } from './useComposing.ts';

export interface ComposerProps extends Pick<Composing, 'draft' | 'about' | 'onDraft' | 'onCancel' | 'onEditLast'> {
  /** What to write, and to whom. */
  placeholder: string;
  /** UTF-8 bytes of the draft. */
  bytes: number;
  /** Above this nothing is sent, and nothing is cut. */
  most: number;
  /** Something is being written. */
  onTyping(): void;
  onSend(): void;
}

export function Composer({ bytes, most, onSend, ...text }: ComposerProps) {
  const id = useId();
  const { about, onCancel } = text;
  const send = (event: SyntheticEvent) => {
    event.preventDefault();
    onSend();
  };
  return (
    <>
      {about && <AboutStrip about={about} onCancel={onCancel} />}
      <form className="composer" aria-label="Write a message" onSubmit={send}>
        <label htmlFor={id}>
          <span className="unseen">Message</span>
          <span className="prompt" aria-hidden="true">
            &gt;
          </span>
        </label>
        <ComposerField {...text} id={id} onSend={send} />
        <button className="button primary send" type="submit" disabled={bytes > most}>
          <Icon name="send" />
          <span className="word">{about?.kind === 'edit' ? 'Save' : 'Send'}</span>
        </button>
      </form>
      <ByteCount id={`${id}-count`} bytes={bytes} most={most} />
    </>
  );
}
