/** The cryptographic core of the chat: no network, no storage, no timers. */
export type { Body, Signal } from './content.ts';
export type { LineEvent, RoomEvent, StopCode, Who } from './events.ts';
export type { Frozen } from './freeze.ts';
export { chooseSecret, decodeFragment, encodeFragment, invitation, newLinkSecret } from './link.ts';
export type { Kept, Member, NewMember, Surroundings } from './member.ts';
export { createMember, thawMember } from './member.ts';
export { fingerprint, roomCode, safetyNumber } from './numbers.ts';
export type { Obstacle } from './obstacle.ts';
export type { Key } from './primitives.ts';
export { random } from './primitives.ts';
export type { Place, SealedRecord } from './sealed-record.ts';
export { newVaultKey, openRecord, sealRecord } from './sealed-record.ts';
export type { Identity } from './session.ts';
export { newIdentity } from './session.ts';
export type { Listed, Snapshot } from './snapshot.ts';
export type { Phase, Remembered } from './state.ts';
export type { Verification, Verified } from './trust.ts';
export type { Draft, Sealed } from './writing.ts';
