import { useMemo } from 'react';
import type { RoomCommands } from '../session/commands.ts';
import type { MessageProps } from './Message.tsx';
import type { Composing } from './useComposing.ts';

/** What can be done about a line; the same functions for as long as the room is shown. */
export function useLineActions(
  { retry, discard, remove, react }: RoomCommands,
  { onDraft, onReply, onChange }: Pick<Composing, 'onDraft' | 'onReply' | 'onChange'>,
): Omit<MessageProps, 'line' | 'more'> {
  return useMemo(
    () => ({
      onRetry: ({ key }) => retry(key),
      onDiscard: ({ key }) => discard(key),
      onEdit: ({ key, text }) => {
        onDraft(text);
        discard(key);
      },
      onReply,
      onChange,
      onRemove: ({ key }) => remove(key),
      onReact: ({ key }, emoji) => react(key, emoji),
    }),
    [retry, discard, remove, react, onDraft, onReply, onChange],
  );
}
