import type { LineEvent } from '../crypto/events.ts';
import { findLine, idOf, oneSign } from './amending.ts';
import type { Change } from './changes.ts';
import { type Waiting, wordsOf } from './outbox.ts';
import type { Line, LogItem, Quote } from './state.ts';

/** A line of somebody else, or what they say about one. Only who wrote a line can change it. */
export function received(event: LineEvent, items: readonly LogItem[], now: number): Change[] {
  const { body, name, identity } = event;
  switch (body.kind) {
    case 'text':
      return [{ type: 'line', line: heard(event, body.text, now) }];
    case 'reply':
      return [{ type: 'line', line: { ...heard(event, body.text, now), reply: quoted(items, body.target) } }];
    case 'edit':
      return [{ type: 'edited', key: `${identity} ${body.target}`, text: body.text }];
    case 'delete':
      return [{ type: 'deleted', key: `${identity} ${body.target}` }];
    case 'reaction':
      return reacted(items, { target: body.target, emoji: body.emoji, name });
    case 'newer':
      return [{ type: 'remark', remark: { at: now, tone: 'plain', text: `${name} sent a newer kind of message` } }];
  }
}

/** A writer whose clock is ahead does not write in the future. */
function heard({ name, id, identity, sentAt, unchecked, unaccepted }: LineEvent, text: string, now: number): Line {
  const marks = { ...(unchecked && { unchecked }), ...(unaccepted && { doubtful: true }) };
  const at = Math.min(sentAt, now);
  return { kind: 'line', key: `${identity} ${id}`, at, name, mine: false, text, ...marks };
}

export function quoted(items: readonly LogItem[], target: string): Quote {
  const line = findLine(items, target);
  return line ? { name: line.name, text: line.deleted ? 'a line that was deleted' : line.text } : missing;
}

const missing: Quote = { name: undefined, text: 'a line that is not here' };

function reacted(items: readonly LogItem[], said: { target: string; emoji: string; name: string }): Change[] {
  const [line, emoji] = [findLine(items, said.target), oneSign(said.emoji)];
  return line && emoji ? [{ type: 'reacted', key: line.key, emoji, name: said.name }] : [];
}

/** A line of one's own: its id is its key in the log. */
export function written(waiting: Waiting, name: string, items: readonly LogItem[]): Line {
  const { id, body, plain, written } = waiting;
  return {
    kind: 'line',
    key: id,
    at: written.at,
    name,
    mine: true,
    text: wordsOf(waiting),
    ...(plain && { plain }),
    ...(body.kind === 'reply' && { reply: quoted(items, idOf(body.target)) }),
    delivery: { state: 'queued' },
  };
}
