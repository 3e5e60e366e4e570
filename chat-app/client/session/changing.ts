/** What the person does to lines that are written already: edits, deletes, reacts. */
import { utf8 } from '../../protocol/bytes.ts';
import { idOf, oneSign } from './amending.ts';
import { type Desk, tell } from './desk.ts';
import { change, find, mostBytes, type Said, without } from './outbox.ts';
import { say } from './slash.ts';
import type { Line } from './state.ts';
import { newWaiting } from './writing.ts';

export async function edit(desk: Desk, key: string, text: string): Promise<void> {
  const line = ownLine(desk, key);
  if (!line || text === line.text) return;
  const kept = find(desk.alone, key);
  if (kept) {
    desk.alone = change(desk.alone, key, { body: { ...kept.body, text } as Said });
    return tell(desk, { type: 'edited', key, text });
  }
  if (!mayChange(desk, line)) return;
  if (utf8(text).length > mostBytes('edit')) return say(desk, 'That is too long to be sent: the line stays as it was');
  tell(desk, { type: 'edited', key, text });
  queue(desk, { kind: 'edit', target: idOf(key), text }, key);
}

/** A line that has never left this browser is simply gone. */
export async function remove(desk: Desk, key: string): Promise<void> {
  const line = ownLine(desk, key);
  if (!line) return;
  if (find(desk.alone, key)) {
    desk.alone = without(desk.alone, key);
    return tell(desk, { type: 'discarded', key });
  }
  if (!mayChange(desk, line)) return;
  tell(desk, { type: 'deleted', key });
  queue(desk, { kind: 'delete', target: idOf(key) }, key);
}

export async function react(desk: Desk, key: string, sign: string): Promise<void> {
  const emoji = oneSign(sign);
  const line = desk.state.items.find(item => item.key === key);
  if (!emoji || line?.kind !== 'line' || !mayChange(desk, line)) return;
  tell(desk, { type: 'reacted', key, emoji, name: desk.state.name });
  queue(desk, { kind: 'reaction', target: idOf(key), emoji }, '');
}

function ownLine({ state }: Desk, key: string): Line | undefined {
  const item = state.items.find(one => one.key === key);
  return item?.kind === 'line' && item.mine && !item.deleted ? item : undefined;
}

function mayChange(desk: Desk, { plain }: Line): boolean {
  if (plain) say(desk, 'A plain line stays as it is: the relay has read it');
  else if (desk.state.people.length === 0) say(desk, 'You are alone: nobody would learn of the change');
  else return true;
  return false;
}

const queue = (desk: Desk, body: Said, shows: string): void => {
  desk.outbox = [...desk.outbox, { ...newWaiting(desk, body, shows), plain: false }];
};
