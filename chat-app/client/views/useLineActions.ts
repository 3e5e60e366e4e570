import { useMemo } from 'react';
import type { RoomCommands } from '../session/commands.ts';
import type { MessageProps } from './Message.tsx';

/** What can be done about a line that was not sent; the same functions for as long as the room is shown. */
export function useLineActions(
  { retry, discard }: RoomCommands,
  onDraft: (text: string) => void,
): Pick<MessageProps, 'onRetry' | 'onEdit' | 'onDiscard'> {
  return useMemo(
    () => ({
      onRetry: ({ key }) => retry(key),
      onDiscard: ({ key }) => discard(key),
      onEdit: ({ key, text }) => {
        onDraft(text);
        discard(key);
      },
    }),
    [retry, discard, onDraft],
  );
}
