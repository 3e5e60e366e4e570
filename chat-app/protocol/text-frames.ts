/** The text frames of both directions, in the order of the fields on the wire (e2ee/1, section 8). */
import * as z from 'zod';
import { WIRE_CODES } from './failure.ts';
import { LEAVE } from './log.ts';
import type { FrameOf } from './schema.ts';
import { bytes, count, list, record } from './schema.ts';
import { CHALLENGE_BYTES, HASH_BYTES, ID_BYTES, SID_BYTES, SIGNATURE_BYTES } from './sizes.ts';

export const clientFrames = [
  list('join', { bundle: bytes(), proof: bytes(SIGNATURE_BYTES), door: bytes(HASH_BYTES).nullable() }),
  list('resume', { bundleId: bytes(HASH_BYTES), since: count(), proof: bytes(SIGNATURE_BYTES) }),
  list('plain', { plain: bytes() }),
  list('leave', {}),
] as const;

export const relayFrames = [
  record('hello', {
    suites: z.array(count()),
    challenge: bytes(CHALLENGE_BYTES),
    time: count(),
    limits: z.strictObject({ members: count(), text: count(), frame: count(), awayMs: count() }),
  }),
  record('room', { seq: count(), head: bytes(HASH_BYTES), members: z.array(bytes()), earlier: count() }),
  list('plain', { plain: bytes(), seq: count() }),
  list('join', { bundle: bytes(), seq: count() }),
  list('leave', { bundleId: bytes(HASH_BYTES), reason: z.literal(Object.values(LEAVE)), seq: count() }),
  list('here', { sid: bytes(SID_BYTES), state: z.enum(['here', 'away']) }),
  list('synced', { seq: count() }),
  record('no', {
    code: z.enum(WIRE_CODES),
    id: z.exactOptional(bytes(ID_BYTES)),
    seq: z.exactOptional(count()),
    retryMs: z.exactOptional(count()),
    limit: z.exactOptional(count()),
  }),
] as const;

export type ClientTextFrame = FrameOf<(typeof clientFrames)[number]>;
export type RelayTextFrame = FrameOf<(typeof relayFrames)[number]>;
