/** Whether anything may be said just now, and if not, why (e2ee/1, sections 7, 9 and 10). */
import type { Code } from '../../protocol/failure.ts';
import { fail } from '../../protocol/failure.ts';
import { hex } from '../../protocol/text.ts';
import { isWorn } from './chain.ts';
import type { State } from './state.ts';
import { hasBegunAll } from './state.ts';
import { isBlocked } from './trust.ts';

export interface Obstacle {
  code: Code;
  /** Whom it is about, if anybody. */
  names: string[];
}

/** What forbids sealing a line: everything that must hold about the room and about those who could read. */
export function obstacle(state: State): Obstacle | undefined {
  const { session, peers, pins, setting } = state;
  const readers = [...peers.values()].map(({ bundle }) => bundle);
  const general = notSeated(state);
  if (general || !session) return general;
  if (readers.length === 0) return { code: 'alone', names: [] };
  const blocked = readers.filter(bundle => isBlocked({ pins, verified: setting.verified }, bundle));
  if (blocked.length > 0) return { code: 'verified-key-changed', names: blocked.map(({ name }) => name) };
  if (needsChain(state) && hasBegunAll(state, hex(session.bundle.sid))) return { code: 'unavailable', names: [] };
  const expired = [session.bundle, ...readers].filter(({ expires }) => expires <= setting.now());
  return expired.length > 0 ? { code: 'bundle-expired', names: expired.map(({ name }) => name) } : undefined;
}

/** What forbids a line that the relay can read: anybody else who was ever announced here, first of all. */
export function plainObstacle(state: State): Obstacle | undefined {
  if (state.metOthers) return { code: 'not-alone', names: [] };
  return notSeated(state);
}

/** The next line is the first of a chain. */
export const needsChain = ({ sending, setting }: State): boolean => !sending || isWorn(sending.chain, setting.now());

export const mayWrite = (state: State): void => refuse(obstacle(state));

export function refuse(found: Obstacle | undefined): void {
  if (found) fail(found.code, found.names.join(', '));
}

function notSeated({ stopped, session, listed, phase, pending }: State): Obstacle | undefined {
  if (stopped) return { code: stopped.code, names: [] };
  if (!session || !listed) return { code: 'removed', names: [] };
  return phase !== 'synced' || pending ? { code: 'unavailable', names: [] } : undefined;
}
