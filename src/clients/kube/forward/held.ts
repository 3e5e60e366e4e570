/** Bytes that were sent before anything was answered, kept so that they can be sent once more to somebody else. */
export interface Held {
  readonly chunks: readonly Buffer[];
  readonly bytes: number;
  /** False once some of them were let go. */
  readonly isWhole: boolean;
}

/** In bytes. Enough for the head of any request that servers take. */
export const MOST_HELD = 64 * 1024;

export const NOTHING_HELD: Held = { chunks: [], bytes: 0, isWhole: true };

export const isFull = ({ bytes }: Held): boolean => bytes >= MOST_HELD;

/** `isPassedOn`: somebody has them, so that they may be let go when there are too many. */
export const hold = (held: Held, chunk: Buffer, isPassedOn: boolean): Held => {
  const bytes = held.bytes + chunk.length;
  if (isPassedOn && (isFull(held) || !held.isWhole)) return { chunks: [], bytes, isWhole: false };
  return { ...held, chunks: [...held.chunks, chunk], bytes };
};

/** Methods that may be asked twice without harm, since they change nothing (RFC 9110, 9.2.1). */
const SAFE = /^(GET|HEAD|OPTIONS) /;

/** True when the bytes may be sent once more, though somebody may have read them already. */
export const mayRepeat = ({ chunks, bytes, isWhole }: Held): boolean =>
  isWhole && (bytes === 0 || SAFE.test(Buffer.concat(chunks).subarray(0, 8).toString('latin1')));
