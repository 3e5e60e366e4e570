/** What an identity signs to use its own bundle on one connection (e2ee/1, section 8). */
import type { Bytes } from './bytes.ts';
import { concat, label } from './bytes.ts';

export const admitSignedBytes = (challenge: Bytes, room: Bytes, bundleId: Bytes): Bytes =>
  concat(label('admit'), challenge, room, bundleId);
