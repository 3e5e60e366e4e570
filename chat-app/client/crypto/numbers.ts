/** The numbers that people read to each other (e2ee/1, section 9). */
import type { Bytes } from '../../protocol/bytes.ts';
import { compare, concat, label } from '../../protocol/bytes.ts';
import { FINGERPRINT_BYTES, NUMBER_ROUNDS, ROOM_CODE_BYTES } from '../../protocol/limits.ts';
import { pbkdf2 } from './primitives.ts';

/** 30 digits for one identity, in groups of five. */
export const fingerprint = async (ik: Bytes): Promise<string> =>
  digits(await pbkdf2(ik, { salt: label('safety'), rounds: NUMBER_ROUNDS, length: FINGERPRINT_BYTES }));

/** 60 digits for two people, the same for both. */
export async function safetyNumber(a: Bytes, b: Bytes): Promise<string> {
  const both = await Promise.all([fingerprint(a), fingerprint(b)]);
  return both.sort().join(' ');
}

/** 40 digits for a whole room, one's own identity included: one person reads them aloud. */
export async function roomCode(identities: Bytes[]): Promise<string> {
  const all = concat(...identities.toSorted(compare));
  return digits(await pbkdf2(all, { salt: label('code'), rounds: NUMBER_ROUNDS, length: ROOM_CODE_BYTES }));
}

const GROUP_BYTES = 5;

function digits(bytes: Bytes): string {
  const groups: string[] = [];
  for (let at = 0; at < bytes.length; at += GROUP_BYTES) {
    const value = bytes.subarray(at, at + GROUP_BYTES).reduce((sum, byte) => sum * 256 + byte, 0);
    groups.push(String(value % 100_000).padStart(5, '0'));
  }
  return groups.join(' ');
}
