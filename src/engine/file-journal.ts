import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { interruptedBy, type Journal, type JournalEntry } from '../core/journal.ts';
import { appendLine, jsonLines, readIfThere } from './files.ts';

const KEPT = 20;

/** One file of JSON lines for each run; the names sort by time. */
export const fileJournal = (folder: string): Journal => ({
  async append(entry) {
    if (entry.edge === 'run.begin') await forgetOld(folder);
    await appendLine(join(folder, `${entry.run}.jsonl`), JSON.stringify({ ...entry, at: new Date().toISOString() }));
  },
  async interrupted() {
    const last = (await runsIn(folder)).at(-1);
    const entries = jsonLines<JournalEntry>((last && (await readIfThere(join(folder, last)))) ?? '');
    return interruptedBy(entries);
  },
});

/** A run id that sorts by time: `20261123T140207.042-4242`. */
export const runId = (now: Date, pid: number): string =>
  `${now.toISOString().replaceAll(/[-:]/g, '').slice(0, 19)}-${pid}`;

const runsIn = async (folder: string): Promise<string[]> => {
  const names = await readdir(folder).catch(() => []);
  return names.filter(name => name.endsWith('.jsonl')).sort();
};

const forgetOld = async (folder: string): Promise<void> => {
  for (const name of (await runsIn(folder)).slice(0, -KEPT)) await rm(join(folder, name), { force: true });
};
