/** What the program holds while there is no room, and what it shows then. */
import type { Bytes } from '../../protocol/bytes.ts';
import type { Clock } from './clock.ts';
import type { Page } from './discovery.ts';
import { type BootStep, type Entrance, hasOtherLink, isReady, steps } from './entrance.ts';
import type { Address } from './link.ts';
import type { JoinErrors } from './refusals.ts';
import type { Session } from './session.ts';
import type { Store } from './store.ts';
import type { Tabs } from './tab.ts';
import type { Transport } from './transport.ts';
import type { Vault } from './vault.ts';

/** Everything from outside. */
export interface Surroundings {
  page: Page & Address;
  openVault(): Promise<Vault>;
  tabs: Tabs;
  transport: Transport;
  clock: Clock;
  random(length: number): Bytes;
  /** In [0, 1). */
  chance(): number;
  ask: typeof fetch;
  /** Changes what stands in the address bar, without a visit. */
  showPath(path: string): void;
  /** Asks the browser not to throw away what it keeps. */
  persist(): void;
  /** An error of the program itself. */
  report(error: unknown): void;
}

export interface JoinScreen {
  kind: 'join';
  steps: BootStep[];
  mode: Entrance['mode'];
  roomId: string;
  name: string;
  errors: JoinErrors;
  hasOtherLink: boolean;
  ready: boolean;
  relayMissing: boolean;
}

export type Screen =
  | JoinScreen
  /** `started`: the room was just made, and its invitation is the first thing to see. */
  | { kind: 'room'; session: Session; started: boolean }
  | { kind: 'tab-active'; roomId: string }
  /** `full`: there is storage, and no room in it. */
  | { kind: 'no-storage'; full: boolean };

/** Into which room, as whom, with which secret. */
export interface Way {
  roomId: string;
  name: string;
  secret: Bytes | undefined;
  started: boolean;
}

export interface Lobby extends Surroundings {
  entrance: Entrance;
  screen: Store<Screen>;
  vault: Vault | undefined;
  /** The last one that was taken, to be taken again. */
  way: Way | undefined;
}

/** The join screen changes only while it is there. */
export function update(lobby: Lobby, change: Partial<Entrance>): void {
  lobby.entrance = { ...lobby.entrance, ...change };
  if (lobby.screen.snapshot().kind === 'join') lobby.screen.set(joinScreen(lobby.entrance));
}

export const joinScreen = (entrance: Entrance): JoinScreen => ({
  kind: 'join',
  steps: steps(entrance),
  mode: entrance.mode,
  roomId: entrance.roomId,
  name: entrance.name,
  errors: entrance.errors,
  hasOtherLink: hasOtherLink(entrance),
  ready: isReady(entrance),
  relayMissing: entrance.relay !== 'looking' && entrance.relay.kind === 'missing',
});
