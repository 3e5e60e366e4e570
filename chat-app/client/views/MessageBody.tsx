import type { Line } from '../session/state.ts';
import { LinkedText } from './LinkedText.tsx';

/** What it answers, its text, and what others said to it by a sign. */
export function MessageBody({ line: { reply, text, deleted, edited, reactions = [] } }: { line: Line }) {
  return (
    <div className="message-text">
      {reply && (
        <blockquote className="quote">
          {reply.name && <b>{reply.name}: </b>}
          {reply.text}
        </blockquote>
      )}
      {deleted ? <span className="deleted">(deleted)</span> : <LinkedText text={text} />}
      {edited && <span className="deleted"> (changed)</span>}
      {reactions.length > 0 && (
        <ul className="reactions" aria-label="Reactions">
          {reactions.map(({ emoji, names }) => (
            <li key={emoji}>
              {emoji} <span>{names.join(', ')}</span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
