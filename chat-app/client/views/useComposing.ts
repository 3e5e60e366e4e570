import { useCallback, useRef, useState } from 'react';
import type { RoomCommands } from '../session/commands.ts';
import type { Line, LogItem } from '../session/state.ts';
import type { About } from '../session/writing.ts';
import { useDraft } from './useDraft.ts';

export interface Composing {
  draft: string;
  onDraft(text: string): void;
  /** The line that is edited or answered. */
  about: (About & { name: string; text: string }) | undefined;
  onReply(line: Line): void;
  onChange(line: Line): void;
  /** Back to what was being written before. */
  onCancel(): void;
  /** Of the last line of one's own, if there is one to be changed. */
  onEditLast(): void;
  onSend(): void;
}

/** What is being written: a new line, a change to one's own, or an answer. */
export function useComposing(
  first: string,
  { write, draft: keep }: RoomCommands,
  items: readonly LogItem[],
): Composing {
  const [draft, onDraft] = useDraft(first, keep);
  const [about, setAbout] = useState<Composing['about']>();
  const before = useRef('');
  const begin = useCallback(
    (kind: About['kind'], { key, name, text }: Line) => setAbout({ kind, key, name, text }),
    [],
  );
  const onReply = useCallback((line: Line) => begin('reply', line), [begin]);
  const onChange = (line: Line) => {
    if (about?.kind !== 'edit') before.current = draft;
    begin('edit', line);
    onDraft(line.text);
  };
  const end = (text: string) => {
    setAbout(undefined);
    onDraft(text);
  };
  const last = items.findLast((item): item is Line => item.kind === 'line' && canChange(item));
  return {
    ...{ draft, onDraft, about, onReply, onChange },
    onCancel: () => end(about?.kind === 'edit' ? before.current : draft),
    onEditLast: () => last && onChange(last),
    onSend: () => {
      write(draft, about && { kind: about.kind, key: about.key });
      end(about?.kind === 'edit' ? before.current : '');
    },
  };
}

export const canChange = ({ mine, plain, deleted, delivery }: Line): boolean =>
  mine && !plain && !deleted && delivery?.state !== 'failed';
