import type { Bytes } from '../../protocol/bytes.ts';
import type { Frozen, Identity, Remembered, Verification, Verified } from '../crypto/index.ts';
import type { Waiting } from './outbox.ts';
import type { Banner, LogItem } from './state.ts';

/** What a browser keeps of a room: enough to come back as the same person and to know keys again. */
export interface KeptRoom {
  roomId: string;
  /** Undefined for a room without a link. */
  secret: Bytes | undefined;
  /** The person was inside and has not left: a reload comes back by itself. */
  inside: boolean;
  remembered: Remembered;
}

/** A line of one's own that has not gone out. How it was sealed is not kept: it is sealed anew, under the same id. */
export type KeptLine = Omit<Waiting, 'frame' | 'step'>;

/** What a session holds beside the core's state and the log. */
export interface KeptDesk {
  /** How many remarks there have been. */
  remarks: number;
  banners: Banner[];
  repeated: number;
  plain: boolean;
  outbox: KeptLine[];
  alone: KeptLine[];
  leftAlone: boolean;
  forks: Map<string, { name: string; answered: boolean }>;
  met: Map<string, 'new' | 'new key'>;
}

/** A line or a remark, and its place in the scrollback: larger is later. */
export type Numbered = readonly [place: number, item: LogItem];

/** What was kept of a room when it was opened. */
export interface Found {
  room: KeptRoom | undefined;
  frozen: Frozen | undefined;
  desk: KeptDesk | undefined;
  /** Oldest first. */
  items: readonly Numbered[];
  draft: string;
}

/** What one turn changed. What is not named stays as it was. */
export interface Keeping {
  room?: KeptRoom;
  frozen?: Frozen;
  desk?: KeptDesk;
  draft?: string;
  put: readonly Numbered[];
  /** Places whose lines go. */
  drop: readonly number[];
  /** People who were verified, by hexadecimal identity. */
  verified: readonly (readonly [string, Verification])[];
  /** Something is to leave the browser because of it: wait until it is on the disk. */
  strict: boolean;
}

/** A room's part of the vault, in the hands of the tab that opened it last. */
export interface Shelf {
  found: Found;
  /**
   * All of it or nothing. Fails with `tab-active` when another tab has opened the room since, with `no-storage` when
   * the browser does not take it; the detail is then the browser's name for the reason.
   */
  keep(keeping: Keeping): Promise<void>;
  /** Removes everything that is kept of the room; fails as `keep` does. */
  forget(): Promise<void>;
}

/** What outlives a reload, in this browser profile and for this origin alone. Everything fails with `no-storage`. */
export interface Vault {
  /** Made at the first call, one for all rooms; its private key cannot be read out. */
  identity(): Promise<Identity>;
  /** People who were verified, in any room. */
  verified(): Promise<Verified>;
  /** A look at what is kept, without opening the room. */
  room(roomId: string): Promise<KeptRoom | undefined>;
  open(roomId: string): Promise<Shelf>;
  /** The name that was used last; empty at first. */
  lastName(): Promise<string>;
}
