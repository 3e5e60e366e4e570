import type { JsonObject } from './json.ts';

/** One line of history. Append-only; times are ISO 8601, UTC. */
export interface ReleaseRecord {
  readonly schema: 1;
  readonly goal: 'deploy' | 'rollback';
  readonly app: string;
  readonly target: string;
  /** The release that was to serve. */
  readonly release: string;
  readonly at: string;
  readonly by: string;
  /** The commit, or `unknown`. */
  readonly commit: string;
  /** Files that differ from the commit; -1 when git cannot say. */
  readonly dirty: number;
  readonly config: string;
  /** How it was run, without a secret: a rollback runs it so again. */
  readonly settings?: JsonObject;
  readonly durationMs: number;
  readonly result: 'serves' | 'failed' | 'undone' | 'stopped';
  readonly why?: string;
}

/** Where history is kept. */
export interface Releases {
  append(record: ReleaseRecord): Promise<void>;
  /** Oldest first. */
  list(): Promise<readonly ReleaseRecord[]>;
}
