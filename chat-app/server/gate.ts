/** How much one address may do, and all together: counted before anything costs memory or cryptography. */
import type { Bucket, Rate } from './hub/bucket.ts';
import { fullBucket, take, waitMs } from './hub/bucket.ts';

export interface GateLimits {
  /** Open WebSockets, of all. */
  connections: number;
  /** Open WebSockets of one address. */
  perAddress: number;
  /** New WebSockets of one address. */
  handshakes: Rate;
  /** Joins of one address. */
  joins: Rate;
  /** Rooms that one address makes. */
  rooms: Rate;
}

/** What one address has open, and may do now. */
export interface Source {
  connections: number;
  handshakes: Bucket;
  joins: Bucket;
  rooms: Bucket;
}

export type Turned = 'crowded' | 'too-many' | 'too-fast';

export interface Gate {
  /** Counts a connection, or says why it is not taken. */
  enter(address: string): Source | Turned;
  leave(source: Source): void;
  /** How long this address has to wait before it may join, or make a room; 0: it may, and it is counted. */
  waitToJoin(source: Source, makesRoom: boolean): number;
  /** How many addresses are remembered. */
  size(): number;
}

/** Addresses without a connection that are remembered, about 400 bytes each; the oldest go first. */
const MAX_IDLE = 20_000;

export function openGate(limits: GateLimits, now: () => number): Gate {
  const sources = new Map<string, Source>();
  let open = 0;
  const sourceOf = (address: string): Source => {
    const known = sources.get(address);
    // The map is in the order of the last visit.
    if (known) sources.delete(address);
    const source = known ?? newSource(limits, now());
    sources.set(address, source);
    if (!known && sources.size > open + MAX_IDLE) forgetOldest(sources);
    return source;
  };
  return {
    enter: address => {
      if (open >= limits.connections) return 'crowded';
      const source = sourceOf(address);
      if (source.connections >= limits.perAddress) return 'too-many';
      if (waitMs(source.handshakes, limits.handshakes, now()) > 0) return 'too-fast';
      take(source.handshakes, limits.handshakes);
      source.connections += 1;
      open += 1;
      return source;
    },
    leave: source => {
      source.connections -= 1;
      open -= 1;
    },
    waitToJoin: (source, makesRoom) => waitToJoin(limits, source, { makesRoom, now: now() }),
    size: () => sources.size,
  };
}

const newSource = ({ handshakes, joins, rooms }: GateLimits, now: number): Source => ({
  connections: 0,
  handshakes: fullBucket(handshakes, now),
  joins: fullBucket(joins, now),
  rooms: fullBucket(rooms, now),
});

function waitToJoin(limits: GateLimits, source: Source, { makesRoom, now }: { makesRoom: boolean; now: number }) {
  const forRoom = makesRoom ? waitMs(source.rooms, limits.rooms, now) : 0;
  const wait = Math.max(forRoom, waitMs(source.joins, limits.joins, now));
  if (wait > 0) return wait;
  take(source.joins, limits.joins);
  if (makesRoom) take(source.rooms, limits.rooms);
  return 0;
}

function forgetOldest(sources: Map<string, Source>): void {
  for (const [address, { connections }] of sources) {
    if (connections > 0) continue;
    sources.delete(address);
    return;
  }
}
