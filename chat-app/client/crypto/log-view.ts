/** What one member knows of the room's log, and whether another's view of it is the same (e2ee/1, section 6). */
import type { Bytes } from '../../protocol/bytes.ts';
import { equal } from '../../protocol/bytes.ts';
import { KEPT_HEADS } from '../../protocol/limits.ts';
import type { Entry } from '../../protocol/log.ts';
import { nextHead } from '../../protocol/log.ts';
import { VIEW_BYTES } from './content.ts';

export interface LogView {
  /** The last entry that was followed. */
  seq: number;
  /** After that entry. */
  head: Bytes;
  /** The first 16 bytes of the last 512 heads, by seq. */
  heads: Map<number, Bytes>;
}

/** For a first joiner the relay's word counts; a lie shows with the first chain. */
export const startLog = (seq: number, head: Bytes): LogView => ({ seq, head, heads: new Map([[seq, view(head)]]) });

export type Break = 'log-rollback' | 'log-gap' | 'fork';

/** What is wrong with `seq` as the number of the next entry. */
export function breakAt(log: LogView, seq: number): Break | undefined {
  if (seq <= log.seq) return 'log-rollback';
  return seq === log.seq + 1 ? undefined : 'log-gap';
}

/** The view after the next entry. */
export async function followed(log: LogView, entry: Entry): Promise<LogView> {
  const seq = log.seq + 1;
  const head = await nextHead(log.head, seq, entry);
  const heads = new Map(log.heads).set(seq, view(head));
  heads.delete(seq - KEPT_HEADS);
  return { seq, head, heads };
}

type Seat = Pick<LogView, 'seq' | 'head'>;

/**
 * The log at a new session of someone who has one already: `join` is one's own bundle, the seat is what the relay says.
 * `log-rollback` when it goes back, `fork` when nothing lies between and the head is not the computed one.
 */
export async function rejoined(log: LogView, join: Bytes, { seq, head }: Seat): Promise<LogView | Break> {
  if (seq <= log.seq) return 'log-rollback';
  if (seq > log.seq + 1) return startLog(seq, head);
  const next = await followed(log, { type: 'join', bundle: join });
  return equal(next.head, head) ? next : 'fork';
}

/** A line's sender saw less of the log than where the line stands: a view of that place or beyond is another log. */
export function compareView(log: LogView, viewSeq: number, viewHead: Bytes): { fork: boolean; unchecked: boolean } {
  if (viewSeq >= log.seq) return { fork: true, unchecked: false };
  const mine = log.heads.get(viewSeq);
  return { fork: mine !== undefined && !equal(mine, viewHead), unchecked: mine === undefined };
}

const view = (head: Bytes): Bytes => head.slice(0, VIEW_BYTES);
