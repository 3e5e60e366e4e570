/** Who could read a line, by the relay's log alone. */
import { readBundle } from '../implementation/bundle.ts';
import type { Bytes } from '../implementation/bytes.ts';
import { hex } from '../implementation/bytes.ts';
import type { Entry } from './inbox.ts';

/** The names of those who were listed when the line with this id was logged, its author among them. */
export function readersOf(log: ReadonlyMap<number, Entry>, id: string): string[] {
  const listed = new Map<string, string>();
  for (const [, entry] of [...log].sort(([a], [b]) => a - b)) {
    if (entry.type === 'join') listed.set(idOf(entry.bundle), readBundle(entry.bundle).name);
    if (entry.type === 'leave') listed.delete(hex(entry.id));
    if (entry.type === 'msg' && hex(entry.msg.slice(28, 44)) === id) return [...listed.values()];
  }
  return [];
}

const idOf = (bundle: Bytes): string => hex(readBundle(bundle).id);
