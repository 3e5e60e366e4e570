/** What people read to each other (section 9). */
import type { Bytes } from './bytes.ts';
import { ascending, cat, hex, label } from './bytes.ts';
import { pbkdf2 } from './primitives.ts';

export const fingerprint = (ik: Bytes): string => digits(pbkdf2(ik, label('safety'), 30));

export const safetyNumber = (one: Bytes, other: Bytes): string =>
  [fingerprint(one), fingerprint(other)].sort().join(' ');

export const roomCode = (iks: readonly Bytes[]): string => digits(pbkdf2(cat(...ascending(iks)), label('code'), 40));

const digits = (bytes: Bytes): string =>
  (hex(bytes).match(/.{10}/g) ?? [])
    .map(group => String(Number.parseInt(group, 16) % 100_000).padStart(5, '0'))
    .join(' ');
