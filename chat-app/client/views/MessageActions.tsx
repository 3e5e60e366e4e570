import { useState } from 'react';
import type { Line } from '../session/state.ts';
import { canChange } from './useComposing.ts';

export interface LineActions {
  onReply(line: Line): void;
  onChange(line: Line): void;
  onRemove(line: Line): void;
  onReact(line: Line, emoji: string): void;
}

export interface MessageActionsProps extends LineActions {
  line: Line;
  /** Something was done. */
  onDone(): void;
}

const signs = [
  ['👍', 'thumbs up'],
  ['❤️', 'heart'],
  ['😂', 'laughing'],
  ['😮', 'surprised'],
  ['🎉', 'party'],
] as const;

/** What can be done about one line. */
export function MessageActions({ line, onDone, onReply, onChange, onRemove, onReact }: MessageActionsProps) {
  const and = (act: () => void) => () => {
    act();
    onDone();
  };
  return (
    <div className="message-actions">
      <Act word="Reply" onAct={and(() => onReply(line))} />
      {signs.map(([sign, name]) => (
        <button
          key={sign}
          className="inline-button sign"
          type="button"
          aria-label={`React: ${name}`}
          onClick={and(() => onReact(line, sign))}
        >
          {sign}
        </button>
      ))}
      {canChange(line) && <Act word="Change" onAct={and(() => onChange(line))} />}
      {canChange(line) && <Remove onRemove={and(() => onRemove(line))} />}
    </div>
  );
}

function Act({ word, onAct }: { word: string; onAct(): void }) {
  return (
    <button className="inline-button" type="button" onClick={onAct}>
      {word}
    </button>
  );
}

/** Asks once. Who has read it has read it. */
function Remove({ onRemove }: { onRemove(): void }) {
  const [asked, setAsked] = useState(false);
  return asked ? (
    <Act word="Yes, delete it for everybody" onAct={onRemove} />
  ) : (
    <Act word="Delete" onAct={() => setAsked(true)} />
  );
}
