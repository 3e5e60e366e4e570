/** The whole program without a face: finds the relay, keeps the way in, and shows a session when there is one. */
import { Failure } from '../../protocol/failure.ts';
import { newLinkSecret } from '../crypto/index.ts';
import { findRelay } from './discovery.ts';
import { enter } from './entering.ts';
import * as door from './entrance.ts';
import { readLink } from './link.ts';
import { joinScreen, type Lobby, type Screen, type Surroundings, update } from './lobby.ts';
import { createStore } from './store.ts';
import { suggestRoom } from './suggestion.ts';

export interface Client {
  snapshot(): Screen;
  /** Returns what ends the subscription. */
  subscribe(listener: () => void): () => void;
  join(choice: door.JoinChoice): void;
  setMode(mode: door.Entrance['mode']): void;
  /** Looks for a relay once more. */
  lookAgain(): void;
  /** Takes the room over from the other tab. */
  takeOver(): void;
}

/** Begins at once: reads the invitation, opens the vault, looks for the relay. */
export function createClient(around: Surroundings): Client {
  const first = withSuggestion(around, door.entrance(readLink(around.page)));
  const screen = createStore<Screen>(joinScreen(first));
  const lobby: Lobby = { ...around, entrance: first, screen, vault: undefined, way: undefined };
  const run = (work: Promise<void>) => void work.catch(error => refused(lobby, error));
  run(prepare(lobby));
  return {
    snapshot: screen.snapshot,
    subscribe: screen.subscribe,
    join: choice => run(join(lobby, choice)),
    setMode: mode => update(lobby, withSuggestion(around, door.withMode(lobby.entrance, mode, ''))),
    lookAgain: () => run(look(lobby).then(() => comeBack(lobby))),
    takeOver: () => run(lobby.way ? enter(lobby, lobby.way, { takeOver: true }) : Promise.resolve()),
  };
}

const withSuggestion = ({ random }: Surroundings, entrance: door.Entrance): door.Entrance =>
  entrance.mode === 'new' && entrance.roomId === '' ? { ...entrance, roomId: suggestRoom(random(3)) } : entrance;

async function prepare(lobby: Lobby): Promise<void> {
  const { page } = lobby;
  if (page.hash) lobby.showPath(page.pathname);
  await Promise.all([look(lobby), unlock(lobby)]);
  await comeBack(lobby);
}

async function look(lobby: Lobby): Promise<void> {
  update(lobby, { relay: 'looking' });
  update(lobby, { relay: await findRelay(lobby.page, lobby.ask) });
}

/** Without storage there is no key that lasts: that stands before everything else. */
async function unlock(lobby: Lobby): Promise<void> {
  const vault = await lobby.openVault();
  lobby.vault = vault;
  const { entrance } = lobby;
  const kept = entrance.link.roomId === undefined ? undefined : await vault.room(entrance.link.roomId);
  const name = kept?.remembered.name ?? (await vault.lastName());
  await vault.identity();
  update(lobby, { kept, name, hasKey: true });
}

function refused(lobby: Lobby, error: unknown): void {
  const unstored = error instanceof Failure && error.code === 'no-storage';
  if (unstored) lobby.screen.set({ kind: 'no-storage', full: error.detail === 'QuotaExceededError' });
  else lobby.report(error);
}

/** Who was inside when the page was closed is let in again without being asked. */
async function comeBack(lobby: Lobby): Promise<void> {
  const { entrance } = lobby;
  if (!entrance.kept?.inside || !door.isReady(entrance) || door.hasOtherLink(entrance)) return;
  const { roomId, remembered, secret } = entrance.kept;
  await enter(lobby, { roomId, name: remembered.name, secret, started: false });
}

async function join(lobby: Lobby, choice: door.JoinChoice): Promise<void> {
  const { vault, entrance } = lobby;
  const errors = door.fieldErrors(choice);
  if (errors || !vault || !door.isReady(entrance)) return update(lobby, { errors: errors ?? {} });
  const { roomId, name, replaceLink } = choice;
  const kept = await vault.room(roomId);
  const secret = door.secretFor(entrance, { kept, replaceLink, fresh: newLinkSecret });
  await enter(lobby, { roomId, name, secret, started: entrance.mode === 'new' && !kept?.secret });
}
