/** The ids of a room's lines of the last day, so that a line that is sent again is told apart (e2ee/1, section 8). */
export interface Recent {
  /** By identity, then by id: the seq of the line, oldest first. */
  ids: Map<number, Map<string, number>>;
  /** Now and then: what the last seq was, so that age can be told from a seq. */
  marks: { at: number; seq: number }[];
}

/** Ids are forgotten up to this much later than they might be. */
const MARK_EVERY_MS = 3600_000;

export const newRecent = (): Recent => ({ ids: new Map(), marks: [] });

export const firstSeq = ({ ids }: Recent, identity: number, id: string): number | undefined =>
  ids.get(identity)?.get(id);

export interface Sent {
  identity: number;
  id: string;
  seq: number;
  /** ms */
  at: number;
}

export function remember(recent: Recent, { identity, id, seq, at }: Sent): void {
  const known = recent.ids.get(identity);
  if (known) known.set(id, seq);
  else recent.ids.set(identity, new Map([[id, seq]]));
  const last = recent.marks.at(-1);
  if (!last || at - last.at >= MARK_EVERY_MS) recent.marks.push({ at, seq });
}

/** Takes back what was not committed. */
export function unremember({ ids }: Recent, identity: number, id: string): void {
  ids.get(identity)?.delete(id);
}

/** Forgets lines from before `before` (ms). */
export function forget(recent: Recent, before: number): void {
  const later = recent.marks.findIndex(({ at }) => at >= before);
  const mark = recent.marks[(later === -1 ? recent.marks.length : later) - 1];
  if (!mark) return;
  recent.marks = recent.marks.filter(({ seq }) => seq >= mark.seq);
  for (const [identity, lines] of recent.ids) {
    for (const [id, seq] of lines) {
      if (seq >= mark.seq) break;
      lines.delete(id);
    }
    if (lines.size === 0) recent.ids.delete(identity);
  }
}
