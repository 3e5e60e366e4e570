/** What somebody has missed, page by page, no faster than the connection takes it. */
import { reasonOf } from '../problem.ts';
import type { EntryRecord } from '../store/store.ts';
import type { Core } from './core.ts';
import type { Insert, Page } from './page.ts';
import { compose, cut, keyFrames, recipients } from './page.ts';
import { here } from './presence.ts';
import { encode, refuse, write } from './say.ts';
import { leaveSeat, seat } from './seats.ts';
import type { Session } from './session.ts';
import { proceed } from './session.ts';
import type { Resumed, View } from './turn.ts';

/** The last page of each room: after a restart many come back from the same place. */
export type ReplayCache = Map<number, { after: number; upTo: number; page: ReplayPage }>;

interface ReplayPage extends Page {
  entries: EntryRecord[];
}

const PAGE_ENTRIES = 200;
/** With this much on its way, the next page waits. */
const MAX_AHEAD_BYTES = 256 * 1024;

/** After the commit of the turn with the resume. The session is live when it has everything, in the same instant. */
export function replay(core: Core, { session, view, since }: Resumed): void {
  if (session.closed || session.ended) return;
  session.entered = true;
  if (view.member?.leftSeq === 0) {
    seat(core, session, view.member);
    session.live = false;
  }
  void catchUp(core, session, { view, since }).then(() => proceed(core, session));
}

async function catchUp(core: Core, session: Session, { view, since }: Pick<Resumed, 'view' | 'since'>): Promise<void> {
  try {
    await sendMissed(core, session, { view, since });
  } catch (error) {
    core.log.error('a replay failed', { reason: reasonOf(error) });
    leaveSeat(core, session);
    refuse(core, { session, refusal: { code: 'unavailable' }, id: undefined });
  }
}

async function sendMissed(core: Core, session: Session, { view, since }: Pick<Resumed, 'view' | 'since'>) {
  let seq = Math.max(since, view.joinSeq - 1);
  while (seq < lastOf(view)) {
    const page = await nextPage(core, view, seq);
    write(core, session, cut(page, [0, page.entries.length], insertsFor(view.sid, page)));
    seq = page.entries.at(-1)?.seq ?? seq;
    if (session.link.backlog() > MAX_AHEAD_BYTES) await drained(session);
    if (session.closed || session.ended) return;
  }
  // No await between the last look at the log and being live: an entry delivered there would be lost.
  finish(core, session, view);
}

/** Its own leave, or the last entry that is on the disk. */
function lastOf({ member, leftSeq }: View): number {
  if (!member) return leftSeq;
  const committed = member.room.committed.seq;
  return member.leftSeq > 0 ? Math.min(member.leftSeq, committed) : committed;
}

async function nextPage(core: Core, view: View, after: number): Promise<ReplayPage> {
  const upTo = lastOf(view);
  const cached = core.replays.get(view.room);
  if (cached?.after === after && cached.upTo === upTo) return cached.page;
  const entries = await core.store.entries(view.room, { after, upTo }, PAGE_ENTRIES);
  if (entries[0]?.seq !== after + 1) throw new Error(`entries after ${after} are missing`);
  const page = { ...compose(entries), entries };
  core.replays.set(view.room, { after, upTo, page });
  return page;
}

function insertsFor(sid: Buffer, { entries, starts }: ReplayPage): Insert[] {
  return entries.flatMap(({ keys }, nth) => {
    const mine = keys ? recipients(keys).findIndex(each => each.equals(sid)) : -1;
    const frame = keys && keyFrames(keys)[mine];
    return frame ? [{ at: starts[nth] ?? 0, frame }] : [];
  });
}

const drained = (session: Session): Promise<void> =>
  new Promise(resolve => {
    session.drained = () => {
      session.drained = undefined;
      resolve();
    };
    if (session.closed) session.drained();
  });

function finish(core: Core, session: Session, view: View): void {
  const synced = encode({ type: 'synced', seq: lastOf(view) });
  write(core, session, [Buffer.concat([...view.away().map(here), synced])]);
  if (view.member && session.member === view.member) session.live = true;
}
