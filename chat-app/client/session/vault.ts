import type { Bytes } from '../../protocol/bytes.ts';
import type { Identity, Remembered, Verified } from '../crypto/index.ts';

/** What a browser keeps of a room: enough to come back as the same person and to know keys again. */
export interface KeptRoom {
  roomId: string;
  /** Undefined for a room without a link. */
  secret: Bytes | undefined;
  /** The person was inside and has not left: a reload comes back by itself. */
  inside: boolean;
  remembered: Remembered;
}

/** What outlives a reload, in this browser profile and for this origin alone. */
export interface Vault {
  /** Made at the first call, one for all rooms; its private key cannot be read out. */
  identity(): Promise<Identity>;
  /** People who were verified, in any room. */
  verified(): Promise<Verified>;
  room(roomId: string): Promise<KeptRoom | undefined>;
  keep(room: KeptRoom): Promise<void>;
  /** The name that was used last; empty at first. */
  lastName(): Promise<string>;
}
