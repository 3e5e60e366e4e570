/** What happens to a line after it was written: edits, a deletion, reactions (e2ee/1, section 5). */
import type { Change } from './changes.ts';
import type { Line, LogItem, Reaction } from './state.ts';

type Amending = Extract<Change, { type: 'edited' | 'deleted' | 'reacted' }>;

/** A line that was deleted stays so. */
export const amended = (items: LogItem[], change: Amending): LogItem[] =>
  items.map(item => (item.kind === 'line' && item.key === change.key && !item.deleted ? amend(item, change) : item));

function amend(line: Line, change: Amending): Line {
  switch (change.type) {
    case 'edited':
      return { ...line, text: change.text, edited: true };
    case 'deleted': {
      const { reactions, reply, edited, ...rest } = line;
      return { ...rest, text: '', deleted: true };
    }
    case 'reacted':
      return { ...line, reactions: withReaction(line.reactions ?? [], change) };
  }
}

/** Said twice by one person, it counts once. */
function withReaction(reactions: Reaction[], { emoji, name }: Extract<Amending, { type: 'reacted' }>): Reaction[] {
  const same = reactions.find(one => one.emoji === emoji);
  if (!same) return [...reactions, { emoji, names: [name] }];
  if (same.names.includes(name)) return reactions;
  return reactions.map(one => (one === same ? { emoji, names: [...one.names, name] } : one));
}

/** A line's key in the log ends with its id. */
export const idOf = (key: string): string => key.slice(key.lastIndexOf(' ') + 1);

/** The first line with this id: a second one under another identity is not what was meant. */
export const findLine = (items: readonly LogItem[], id: string): Line | undefined =>
  items.find((item): item is Line => item.kind === 'line' && idOf(item.key) === id);

const MOST_EMOJI_UNITS = 16;
const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** One sign, or undefined for what is none: a reaction is not a place for a text. */
export function oneSign(text: string): string | undefined {
  const [first] = segmenter.segment(text);
  const whole = first !== undefined && first.segment === text && text.length <= MOST_EMOJI_UNITS;
  return whole && /\p{Extended_Pictographic}|\p{Regional_Indicator}|\p{Emoji_Modifier}/u.test(text) ? text : undefined;
}
