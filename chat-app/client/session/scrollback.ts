/** Which stored lines a turn has changed. */
import type { LogItem } from './state.ts';
import type { Numbered } from './vault.ts';

/** So many of the newest are kept. */
export const KEPT_ITEMS = 2000;

export interface Scrollback {
  items: readonly LogItem[];
  /** Where each stands, by its key. */
  places: ReadonlyMap<string, number>;
  /** The next place that is free. */
  next: number;
}

export interface Difference {
  put: Numbered[];
  drop: number[];
  after: Scrollback;
}

export const scrollbackOf = (found: readonly Numbered[]): Scrollback => ({
  items: found.map(([, item]) => item),
  places: new Map(found.map(([place, { key }]) => [key, place])),
  next: (found.at(-1)?.[0] ?? -1) + 1,
});

/** Items never change, they are replaced; a new one is always the last. */
export function difference(before: Scrollback, now: readonly LogItem[]): Difference {
  if (now === before.items) return { put: [], drop: [], after: before };
  const items = now.slice(-KEPT_ITEMS);
  const same = new Set(before.items);
  const places = placesOf(before, items);
  const put = items.filter(item => !same.has(item)).map(item => [places.get(item.key) ?? 0, item] as const);
  const drop = [...before.places].flatMap(([key, place]) => (places.has(key) ? [] : [place]));
  return { put, drop, after: { items: now, places, next: before.next + countNew(before, items) } };
}

function placesOf({ places, next }: Scrollback, items: readonly LogItem[]): Map<string, number> {
  let free = next;
  return new Map(items.map(({ key }) => [key, places.get(key) ?? free++]));
}

const countNew = ({ places }: Scrollback, items: readonly LogItem[]): number =>
  items.filter(({ key }) => !places.has(key)).length;
