/** What the person writes: a line, or a command. */

import { utf8 } from '../../protocol/bytes.ts';
import { ID_BYTES } from '../../protocol/sizes.ts';
import { hex } from '../../protocol/text.ts';
import { idOf } from './amending.ts';
import type { Change } from './changes.ts';
import { edit } from './changing.ts';
import { type Desk, tell } from './desk.ts';
import { written } from './lines.ts';
import { mostBytes, queued, type Said, type Waiting } from './outbox.ts';
import { command } from './slash.ts';
import type { RoomState } from './state.ts';

/** What a text is about: a line of one's own that it takes the place of, or a line that it answers. By the line's key. */
export interface About {
  kind: 'edit' | 'reply';
  key: string;
}

/** `seen` is what the person saw when it was written. */
export async function write(desk: Desk, text: string, { about, seen }: Writing): Promise<void> {
  desk.draft = '';
  if (about?.kind === 'edit') return edit(desk, about.key, text);
  if (!about && text.startsWith('/')) return command(desk, text, seen);
  const line = newWaiting(desk, bodyOf(desk, text, about));
  tell(desk, { type: 'line', line: written(line, desk.state.name, desk.state.items) });
  const bytes = utf8(text).length;
  if (bytes > mostBytes(line.body.kind)) return tell(desk, tooBig(line, bytes));
  if (line.plain || desk.state.people.length > 0) {
    desk.outbox = [...desk.outbox, line];
    return;
  }
  desk.alone = [...desk.alone, line];
  tell(desk, { type: 'kept', key: line.id });
}

export interface Writing {
  seen: RoomState;
  about?: About | undefined;
}

/** What the relay can read says nothing about other lines. */
const bodyOf = ({ state }: Desk, text: string, about: About | undefined): Said =>
  about && !state.plain ? { kind: 'reply', target: idOf(about.key), text } : { kind: 'text', text };

export const newWaiting = ({ random, clock, state }: Desk, body: Said, shows?: string): Waiting => {
  const id = hex(random(ID_BYTES));
  const written = { at: clock.now(), for: state.people.map(({ identity }) => identity) };
  return { id, body, shows: shows ?? id, plain: state.plain, written, frame: undefined, step: queued };
};

const number = new Intl.NumberFormat('en');

const tooBig = ({ id, body }: Waiting, bytes: number): Change => ({
  type: 'delivery',
  key: id,
  delivery: {
    state: 'failed',
    code: 'too-big',
    reason: `${number.format(bytes)} of ${number.format(mostBytes(body.kind))} bytes`,
  },
});

/** A line that the relay refused, once more. */
export async function retry(desk: Desk, key: string): Promise<void> {
  const item = desk.state.items.find(one => one.key === key);
  if (item?.kind !== 'line' || item.delivery?.state !== 'failed') return;
  const line = { ...newWaiting(desk, { kind: 'text', text: item.text }, key), id: key };
  desk.outbox = [...desk.outbox, line];
  tell(desk, { type: 'delivery', key, delivery: { state: 'queued' } });
}

export async function discard(desk: Desk, key: string): Promise<void> {
  desk.outbox = desk.outbox.filter(({ id }) => id !== key);
  desk.alone = desk.alone.filter(({ id }) => id !== key);
  tell(desk, { type: 'discarded', key });
}
