/** One edge of a run, written before what it announces. */
export interface JournalEntry {
  readonly run: string;
  readonly at: string;
  readonly edge: 'run.begin' | 'action.begin' | 'action.end' | 'undo.begin' | 'undo.end' | 'run.end';
  readonly step?: string;
  /** The action's place in its step, from 0. */
  readonly action?: number;
  /** What a resumed run needs to know: the name of a long-running operation, a process id. */
  readonly note?: string;
}

/** A run that began and did not end: what it did last. */
export interface Interrupted {
  readonly run: string;
  readonly goal: string;
  readonly last: JournalEntry;
}

/** Written ahead: whoever comes after a crash can read how far it went. */
export interface Journal {
  append(entry: Omit<JournalEntry, 'at'>): Promise<void>;
  /** The last run, when it was cut off. */
  interrupted(): Promise<Interrupted | undefined>;
}

/** What the entries of one run, in order, say of its end. */
export const interruptedBy = (entries: readonly JournalEntry[]): Interrupted | undefined => {
  const [first] = entries;
  const last = entries.at(-1);
  if (!first || !last || last.edge === 'run.end') return undefined;
  return { run: first.run, goal: first.note ?? 'deploy', last };
};
