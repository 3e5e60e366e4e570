/** What a room's members have sent in the last day, read a little at a time: a busy day must not keep others waiting. */
import { setImmediate as othersFirst } from 'node:timers/promises';
import { DUPLICATE_WINDOW_MS } from '../../protocol/limits.ts';
import { lineId } from '../hub/line.ts';
import type { Recent } from '../hub/recent.ts';
import { newRecent, remember } from '../hub/recent.ts';
import type { Room } from '../hub/room.ts';
import type { SentRecord, Store } from '../store/store.ts';
import type { Core } from './core.ts';

/** Read and remembered without a pause, in about a millisecond. */
export const SENT_PAGE = 500;

/** Before anybody sends in a room: the lines of the last day, so that none is logged twice. */
export async function loadRecent(core: Core, room: Room): Promise<void> {
  room.usedAt = core.now();
  if (room.recent) return;
  const recent = await shared(core, room);
  room.usedAt = core.now();
  room.recent ??= recent;
}

/** Several who come to one room at once share the work. */
function shared(core: Core, room: Room): Promise<Recent> {
  const known = core.loading.get(room);
  if (known) return known;
  const work = readRecent(core.store, room.id, core.now() - DUPLICATE_WINDOW_MS).finally(() =>
    core.loading.delete(room),
  );
  core.loading.set(room, work);
  return work;
}

/** Of one room, since then (ms). */
export async function readRecent(store: Store, room: number, since: number): Promise<Recent> {
  const recent = newRecent();
  for (const page of (await pagesBack(store, room, since)).reverse()) {
    for (const { sender, start, seq, at } of page) remember(recent, { identity: sender, id: lineId(start), seq, at });
    if (page.length === SENT_PAGE) await othersFirst();
  }
  return recent;
}

/** The newest page first: how far a day goes back is not known before. */
async function pagesBack(store: Store, room: number, since: number): Promise<SentRecord[][]> {
  const pages: SentRecord[][] = [];
  let before = Number.MAX_SAFE_INTEGER;
  for (;;) {
    const page = await store.sent(room, { since, before }, SENT_PAGE);
    pages.push(page);
    const [first] = page;
    if (first === undefined || page.length < SENT_PAGE) return pages;
    before = first.seq;
    await othersFirst();
  }
}
