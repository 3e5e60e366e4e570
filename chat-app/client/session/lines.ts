import type { LineEvent } from '../crypto/events.ts';
import type { Change } from './changes.ts';
import { type Waiting, wordsOf } from './outbox.ts';
import type { Line } from './state.ts';

/** A line of somebody else. A writer whose clock is ahead does not write in the future. */
export function received(event: LineEvent, now: number): Change {
  const { body, name, id, identity } = event;
  if (body.kind !== 'text' && body.kind !== 'reply') {
    return { type: 'remark', remark: { at: now, tone: 'plain', text: `${name} sent a newer kind of message` } };
  }
  const marks = { ...(event.unchecked && { unchecked: true }), ...(event.unaccepted && { doubtful: true }) };
  const at = Math.min(event.sentAt, now);
  return {
    type: 'line',
    line: { kind: 'line', key: `${identity} ${id}`, at, name, mine: false, text: body.text, ...marks },
  };
}

/** A line of one's own: its id is its key in the log. */
export const written = (waiting: Waiting, name: string): Line => ({
  kind: 'line',
  key: waiting.id,
  at: waiting.written.at,
  name,
  mine: true,
  text: wordsOf(waiting),
  ...(waiting.plain && { plain: true }),
  delivery: { state: 'queued' },
});
