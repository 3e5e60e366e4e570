/** Rooms in which something is wrong, in the words that the session itself finds for it. */
import type { RoomEvent } from '../../../../../chat-app/client/crypto/events.ts';
import type { Snapshot } from '../../../../../chat-app/client/crypto/index.ts';
import { haltFor } from '../../../../../chat-app/client/session/halts.ts';
import { notices } from '../../../../../chat-app/client/session/notices.ts';
import { reduce } from '../../../../../chat-app/client/session/reducer.ts';
import type { RoomState } from '../../../../../chat-app/client/session/state.ts';

const now = new Date(2026, 10, 23, 14, 12).getTime();
const after = (room: RoomState, ...events: RoomEvent[]): RoomState =>
  events.flatMap(event => notices(event, now)).reduce(reduce, room);

const stopped = (room: RoomState, snapshot: Partial<Snapshot>): RoomState => ({
  ...room,
  halt: haltFor(room, { stopped: undefined, obstacle: undefined, ...snapshot } as Snapshot),
});

const bob = { name: 'bob', identity: 'b' };

export const trouble = (room: RoomState) => ({
  fork: {
    ...after(room, { type: 'fork', seq: 812, ...bob }),
    question: { kind: 'fork', name: 'bob' } as const,
  },
  rewritten: stopped(after(room, { type: 'stopped', code: 'log-rollback', seq: 812 }), {
    stopped: { code: 'log-rollback', seq: 812 },
  }),
  'own-altered': stopped(after(room, { type: 'stopped', code: 'own-altered', seq: 812 }), {
    stopped: { code: 'own-altered', seq: 812 },
  }),
  expired: stopped(room, { obstacle: { code: 'bundle-expired', names: ['bob'] } }),
  'wrong-key': after(room, { type: 'refused', code: 'bundle-rollback', name: 'bob' }),
  clock: stopped({ ...room, refusal: { code: 'clock', clockOffMs: -12 * 60_000 } }, {}),
  newer: stopped({ ...room, refusal: { code: 'suite', clockOffMs: 0 } }, {}),
  details: { ...room, repeated: 3 },
});
