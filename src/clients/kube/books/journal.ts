import { interruptedBy, type Journal, type JournalEntry } from '../../../core/journal.ts';
import { jsonLines } from '../../../engine/files.ts';
import { good } from '../problems.ts';
import type { KubeRequest } from '../session.ts';
import { ask, askPatiently, type BooksAt, called, isUnreachable, JSON_PATCH, pathOf } from './at.ts';
import { dataIn, writeData } from './data.ts';

/**
 * The last run alone, as one ConfigMap, `<name>-journal`: which run it is, and its entries as JSON lines. Each write
 * is a request, so not every entry is one: the begin and the end of the run, the first of each step, and what has a
 * note. A run that somebody else's has followed writes no more.
 */
export const clusterJournal = (at: BooksAt): Journal => {
  let kept: readonly JournalEntry[] = [];
  return {
    async append(entry) {
      const before = kept[0]?.run === entry.run ? kept : [];
      if (!isTelling(before, entry)) return;
      kept = [...before, { ...entry, at: new Date().toISOString() }];
      await (entry.edge === 'run.begin' ? begin(at, kept) : goOn(at, kept).catch(unlessOver(entry)));
    },
    async interrupted() {
      const answer = await ask(at, { path: pathOf('journal', at) });
      if (answer.status === 404) return undefined;
      return interruptedBy(jsonLines(dataIn(good(answer, `read ${called('journal', at)}`)).entries ?? ''));
    },
  };
};

/** Whether it says something new to whoever reads it after a crash. */
export const isTelling = (before: readonly JournalEntry[], entry: Omit<JournalEntry, 'at'>): boolean => {
  const { edge, step, note } = entry;
  if (edge === 'run.begin' || edge === 'run.end' || note !== undefined) return true;
  return edge.endsWith('.begin') && !before.some(each => each.edge === edge && each.step === step);
};

const linesOf = (entries: readonly JournalEntry[]): string => entries.map(entry => JSON.stringify(entry)).join('\n');

const begin = (at: BooksAt, entries: readonly JournalEntry[]): Promise<void> =>
  writeData('journal', at, { run: entries[0]?.run ?? '', entries: linesOf(entries) });

/** Only while it is this run's (JSON Patch, RFC 6902): the test of another's, or of none, is 422 or 404. */
const goOn = async (at: BooksAt, entries: readonly JournalEntry[]): Promise<void> => {
  const body = [
    { op: 'test', path: '/data/run', value: entries[0]?.run },
    { op: 'add', path: '/data/entries', value: linesOf(entries) },
  ];
  const request: KubeRequest = { method: 'PATCH', path: pathOf('journal', at), type: JSON_PATCH, body };
  const answer = await askPatiently(at, request);
  if (answer.status !== 422 && answer.status !== 404) good(answer, `write ${called('journal', at)}`);
};

/** When the end cannot be written, the next run is told of this one: better than to lose what it has to report. */
const unlessOver =
  ({ edge }: Pick<JournalEntry, 'edge'>) =>
  (error: unknown): void => {
    if (edge !== 'run.end' || !isUnreachable(error)) throw error;
  };
