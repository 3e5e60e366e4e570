import type { Diagnostic } from './messages.ts';

/** Who holds the lock of a state. */
export interface StateLock {
  /** What `force-unlock` wants: a UUID, or the generation of an object in Google's storage. */
  readonly id: string;
  readonly who: string;
  /** As Terraform writes it, UTC. */
  readonly since: string;
  /** `apply`, `plan` …; empty when it is not told. */
  readonly operation: string;
  readonly path: string;
}

/** What a refused lock tells of its holder; undefined when the diagnostic is about something else. */
export const lockedBy = ({ summary, detail = '' }: Diagnostic): StateLock | undefined => {
  if (!/error acquiring the state lock/i.test(summary)) return undefined;
  const field = (name: string): string => new RegExp(`^\\s*${name}:[ \\t]*(.*)$`, 'm').exec(detail)?.[1]?.trim() ?? '';
  const id = field('ID');
  // Storage that cannot be reached cannot be locked either, and nobody holds it.
  if (id === '') return undefined;
  return {
    id,
    who: field('Who') || 'somebody',
    since: field('Created').replace(/\.\d+/, ''),
    operation: field('Operation')
      .replace(/^OperationType/, '')
      .toLowerCase(),
    path: field('Path'),
  };
};
