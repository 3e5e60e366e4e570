import type { Problem } from '../../../core/problem.ts';
import type { Knobs } from './knobs.ts';
import type { Row, Subject } from './row.ts';
import { ROWS } from './rows.ts';
import type { Sighting } from './sighting.ts';

/** Something that is wrong and may still pass. */
export interface Pending {
  readonly row: Row;
  readonly subject: Subject;
  /** When it was first seen, and has been at each look since. */
  readonly since: number;
  /** When it is fatal. */
  readonly due: number;
  readonly problem: Problem;
}

export interface Verdict {
  readonly failed?: Pending;
  /** What is waited for, a line each. */
  readonly warnings: readonly string[];
  /** When the next look can tell something new; undefined when nothing is pending. */
  readonly next?: number;
}

/** What is wrong in this sighting, and since when. What is not seen any more is forgotten. Pure. */
export const remember = (before: readonly Pending[], sighting: Sighting, knobs: Knobs): readonly Pending[] =>
  ROWS.flatMap(row =>
    row.signal(sighting, knobs).map(subject => {
      const known = before.find(each => each.row === row && each.subject.id === subject.id);
      const since = known?.since ?? sighting.at;
      const due = since + row.wait(knobs, subject, sighting);
      return { row, subject, since, due, problem: row.verdict(subject, sighting) };
    }),
  );

/** What it comes to at the time of a look. Pure. */
export const verdict = (pending: readonly Pending[], at: number): Verdict => {
  const failed = headline(pending, at);
  const open = pending.filter(each => each.due > at);
  const warnings = open.filter(({ row, due, since }) => !row.isQuiet && due - since >= WORTH_TELLING_MS).map(warning);
  return {
    ...(failed && { failed }),
    warnings,
    ...(open.length > 0 && { next: Math.min(...open.map(({ due }) => due)) }),
  };
};

/** What is over sooner needs no warning. */
const WORTH_TELLING_MS = 3_000;

/** Of all that is wrong with the same thing, what stands first in the table says most; of all there is, when only time is up. */
const headline = (pending: readonly Pending[], at: number): Pending | undefined => {
  const other = special(pending);
  const due = pending.find(each => each.due <= at && !(each.row.isGeneral === 'last' && other));
  if (due?.row.isGeneral) return other ?? due;
  return due && pending.find(({ subject }) => subject.id === due.subject.id);
};

/** What is wrong, of all that still may pass. */
export const special = (pending: readonly Pending[]): Pending | undefined => pending.find(({ row }) => !row.isGeneral);

const warning = ({ problem, since, due }: Pending): string =>
  `${problem.message}: ${problem.because}; this may pass, and gets ${Math.round((due - since) / 1000)} s`;
