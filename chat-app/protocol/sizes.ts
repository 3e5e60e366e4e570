/** How many bytes each field takes (e2ee/1, sections 1 to 5). */
export const HASH_BYTES = 32;
/** An uncompressed point on P-256. */
export const POINT_BYTES = 65;
/** r ‖ s */
export const SIGNATURE_BYTES = 64;
export const SID_BYTES = 8;
export const CHAIN_BYTES = 16;
/** Of a line. */
export const ID_BYTES = 16;
export const IV_BYTES = 12;
/** At the end of every AES-GCM ciphertext. */
export const TAG_BYTES = 16;
/** What a chain grows from. */
export const SEED_BYTES = 32;
export const CHALLENGE_BYTES = 32;
