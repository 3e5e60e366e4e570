/** What has happened to somebody, and waiting for it. */
import type { FromRelay } from '../implementation/frames.ts';
import type { Happening } from '../implementation/state.ts';

export type Told<W extends Happening['what']> = Extract<Happening, { what: W }>;

export interface Inbox {
  /** Everything so far, in order. */
  happened: Happening[];
  /** Log entries as they came, by seq; one's own join, too. */
  entries: Map<number, Entry>;
  add(happened: Happening[]): void;
  /** Looks again whenever something has happened. */
  until<T>(look: () => T | undefined): Promise<T>;
  /** The first happening like this that nobody has asked for yet. */
  next<H extends Happening>(fits: (each: Happening) => each is H): Promise<H>;
}

export type Entry = Extract<FromRelay, { type: 'join' | 'leave' | 'msg' | 'plain' }>;

export function newInbox(): Inbox {
  const happened: Happening[] = [];
  const asked = new Set<Happening>();
  const waiting: (() => void)[] = [];
  const until = async <T>(look: () => T | undefined): Promise<T> => {
    for (;;) {
      const found = look();
      if (found !== undefined) return found;
      await new Promise<void>(resolve => waiting.push(resolve));
    }
  };
  return {
    happened,
    entries: new Map(),
    add: more => {
      happened.push(...more);
      for (const wake of waiting.splice(0)) wake();
    },
    until,
    next: fits =>
      until(() => {
        const found = happened.filter(each => !asked.has(each)).find(fits);
        if (found) asked.add(found);
        return found;
      }),
  };
}

/** Keeps what the relay logs, whatever comes of it. */
export function note({ entries }: Inbox, frame: FromRelay): void {
  if (frame.type === 'join' || frame.type === 'leave' || frame.type === 'msg' || frame.type === 'plain')
    entries.set(frame.seq, frame);
  // Members stand in the order of joins: the last one is the joiner.
  const own = frame.type === 'room' ? frame.members.at(-1) : undefined;
  if (frame.type === 'room' && own) entries.set(frame.seq, { type: 'join', bundle: own, seq: frame.seq });
}

export const lastSeq = ({ entries }: Inbox): number => Math.max(0, ...entries.keys());
