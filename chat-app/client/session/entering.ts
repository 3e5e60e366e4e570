/** From the join screen into a room, and out of it again. */
import { SOCKET_PATH } from '../../protocol/suite.ts';
import { socketAddress } from './discovery.ts';
import { entrance } from './entrance.ts';
import { roomPath } from './link.ts';
import { joinScreen, type Lobby, update, type Way } from './lobby.ts';
import { joinErrors } from './refusals.ts';
import { type Session, startSession } from './session.ts';
import type { RoomState } from './state.ts';

/** Only in the tab that gets hold of the room. */
export async function enter(lobby: Lobby, way: Way, { takeOver } = { takeOver: false }): Promise<void> {
  lobby.way = way;
  update(lobby, { joining: true, errors: {} });
  let onLost = () => {};
  const release = await lobby.tabs.hold(way.roomId, { takeOver, onLost: () => onLost() });
  if (!release) return shows.elsewhere(lobby, { way });
  const stay = await begin(lobby, { way, release });
  const stop = stay.session.subscribe(() => look(lobby, stay, stop));
  onLost = () => finish(lobby, stay, { outcome: 'elsewhere', stop });
  look(lobby, stay, stop);
}

/** One stay in a room. */
interface Stay {
  way: Way;
  /** Gives the room back to other tabs. */
  release(): void;
  session: Session;
}

async function begin(lobby: Lobby, { way, release }: Pick<Stay, 'way' | 'release'>): Promise<Stay> {
  const { vault, entrance, page, transport, clock, random, chance, report } = lobby;
  const { relay } = entrance;
  if (!vault || relay === 'looking' || relay.kind === 'missing') throw new TypeError('no vault or no relay yet');
  const session = await startSession({
    ...{ ...way, origin: page.origin, transport, clock, random, chance, report },
    url: socketAddress(relay.origin, SOCKET_PATH),
    identity: await vault.identity(),
    verified: await vault.verified(),
    shelf: await vault.open(way.roomId),
  });
  return { way, release, session };
}

type Outcome = 'waiting' | 'no-answer' | 'inside' | Final;
type Final = 'refused' | 'left' | 'elsewhere';

function outcomeOf({ ended, inside, refusal, connection }: RoomState): Outcome {
  if (ended) return ended === 'left' ? 'left' : 'elsewhere';
  if (inside) return 'inside';
  if (refusal) return 'refused';
  return connection.kind === 'offline' ? 'no-answer' : 'waiting';
}

const isFinal = (outcome: Outcome): outcome is Final => ['refused', 'left', 'elsewhere'].includes(outcome);

function look(lobby: Lobby, stay: Stay, stop: () => void): void {
  const outcome = outcomeOf(stay.session.snapshot());
  if (isFinal(outcome)) finish(lobby, stay, { outcome, stop });
  else shows[outcome](lobby, stay);
}

function finish(lobby: Lobby, stay: Stay, { outcome, stop }: { outcome: Final; stop(): void }): void {
  stop();
  stay.session.dispose();
  stay.release();
  shows[outcome](lobby, stay);
}

const shows = {
  waiting: () => {},
  'no-answer': (lobby: Lobby) => update(lobby, { errors: { form: 'The relay does not answer. Trying again.' } }),
  inside: openRoom,
  refused: (lobby: Lobby, { way, session }: Stay) => {
    const { refusal } = session.snapshot();
    const errors = refusal ? joinErrors(refusal, { ...way, mode: lobby.entrance.mode }) : {};
    lobby.entrance = { ...lobby.entrance, joining: false, errors };
    lobby.screen.set(joinScreen(lobby.entrance));
  },
  left: leaveRoom,
  elsewhere: (lobby: Lobby, { way }: Pick<Stay, 'way'>) => lobby.screen.set({ kind: 'tab-active', roomId: way.roomId }),
} satisfies Record<Outcome, (lobby: Lobby, stay: Stay) => void>;

function openRoom(lobby: Lobby, { way, session }: Stay): void {
  if (lobby.screen.snapshot().kind === 'room') return;
  lobby.showPath(roomPath(way.roomId));
  lobby.persist();
  lobby.screen.set({ kind: 'room', session, started: way.started });
}

/** Back to the first screen, as if nothing had been in the address. */
function leaveRoom(lobby: Lobby, { way }: Stay): void {
  lobby.showPath('/');
  const { relay, hasKey } = lobby.entrance;
  const first = entrance({ roomId: undefined, secret: 'none' });
  lobby.entrance = { ...first, mode: 'named', name: way.name, relay, hasKey };
  lobby.screen.set(joinScreen(lobby.entrance));
}
