/** The ids of a room's lines of the last day, so that a line that is sent again is told apart (e2ee/1, section 8). */
import { randomBytes } from 'node:crypto';

/**
 * 64 bits of each (identity, id) in one table, 16 bytes a line and no objects: a busy room has a million. Two lines that
 * share them are as good as impossible unless one chooses ids for it, and then only among its own.
 */
export interface Recent {
  /** Two words for each place; a place without a seq is free. */
  prints: Uint32Array;
  /** 0: free; −1: was taken back. */
  seqs: Float64Array;
  /** Places that are not free. */
  taken: number;
  /** Now and then: what the last seq was, so that age can be told from a seq. */
  marks: { at: number; seq: number }[];
}

/** Ids are forgotten up to this much later than they might be. */
const MARK_EVERY_MS = 3600_000;
const FEWEST = 16;
const FULLEST = 0.7;
const FREE = 0;
const TAKEN_BACK = -1;

export const newRecent = (): Recent => ({ ...emptyTable(FEWEST), marks: [] });

const emptyTable = (places: number) => ({
  prints: new Uint32Array(2 * places),
  seqs: new Float64Array(places),
  taken: 0,
});

/** The seq of a line of this identity with this id of 16 bytes. */
export function firstSeq(recent: Recent, identity: number, id: Buffer): number | undefined {
  const place = find(recent, printOf(identity, id));
  const seq = recent.seqs[place] ?? FREE;
  return seq > 0 ? seq : undefined;
}

export interface Sent {
  identity: number;
  id: Buffer;
  seq: number;
  /** ms */
  at: number;
}

export function remember(recent: Recent, { identity, id, seq, at }: Sent): void {
  if (recent.taken >= FULLEST * recent.seqs.length) keepFrom(recent, 0);
  put(recent, printOf(identity, id), seq);
  const last = recent.marks.at(-1);
  if (!last || at - last.at >= MARK_EVERY_MS) recent.marks.push({ at, seq });
}

/** Takes back what was not committed. */
export function unremember(recent: Recent, identity: number, id: Buffer): void {
  const place = find(recent, printOf(identity, id));
  if (recent.seqs[place] !== FREE) recent.seqs[place] = TAKEN_BACK;
}

/** Forgets lines from before `before` (ms). */
export function forget(recent: Recent, before: number): void {
  const later = recent.marks.findIndex(({ at }) => at >= before);
  const mark = recent.marks[(later === -1 ? recent.marks.length : later) - 1];
  if (!mark) return;
  recent.marks = recent.marks.filter(({ seq }) => seq >= mark.seq);
  keepFrom(recent, mark.seq);
}

/** A new table of the right size, with the lines from `first` on. */
function keepFrom(recent: Recent, first: number): void {
  const { prints, seqs } = recent;
  const kept = seqs.reduce((count, seq) => count + (seq > 0 && seq >= first ? 1 : 0), 0);
  let places = FEWEST;
  while (kept >= (FULLEST / 2) * places) places *= 2;
  Object.assign(recent, emptyTable(places));
  seqs.forEach((seq, place) => {
    if (seq > 0 && seq >= first) put(recent, [prints[2 * place] ?? 0, prints[2 * place + 1] ?? 0], seq);
  });
}

type Print = readonly [high: number, low: number];

function put(recent: Recent, print: Print, seq: number): void {
  const place = find(recent, print);
  if (recent.seqs[place] === FREE) recent.taken += 1;
  recent.prints[2 * place] = print[0];
  recent.prints[2 * place + 1] = print[1];
  recent.seqs[place] = seq;
}

/** Where it is, or the free place where it would be. */
function find({ prints, seqs }: Recent, [high, low]: Print): number {
  const last = seqs.length - 1;
  for (let place = low & last; ; place = (place + 1) & last) {
    if (seqs[place] === FREE || (prints[2 * place] === high && prints[2 * place + 1] === low)) return place;
  }
}

/** Nobody outside knows them, so nobody can choose ids that fall on one place. */
const secrets = new Uint32Array(new Uint8Array(randomBytes(32)).buffer).map(each => each | 1);

function printOf(identity: number, id: Buffer): Print {
  let high = Math.imul(identity ^ (secrets[0] ?? 1), secrets[1] ?? 1);
  let low = Math.imul(identity ^ (secrets[2] ?? 1), secrets[3] ?? 1);
  for (let at = 0; at < 16; at += 4) {
    const word = (id[at] ?? 0) | ((id[at + 1] ?? 0) << 8) | ((id[at + 2] ?? 0) << 16) | ((id[at + 3] ?? 0) << 24);
    high = mix(high ^ word, secrets[4] ?? 1);
    low = mix(low ^ Math.imul(word, secrets[5] ?? 1), secrets[6] ?? 1);
  }
  return [high >>> 0, low >>> 0];
}

function mix(word: number, secret: number): number {
  const once = Math.imul(word ^ (word >>> 16), secret);
  return once ^ (once >>> 15);
}
