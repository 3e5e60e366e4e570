/** What a view may know of a room, and what people do about each other's keys (e2ee/1, sections 9 and 13). */
import type { Bundle } from '../../protocol/bundle.ts';
import type { Bytes } from '../../protocol/bytes.ts';
import { fail } from '../../protocol/failure.ts';
import { hex } from '../../protocol/text.ts';
import type { StopCode, Who } from './events.ts';
import type { Obstacle } from './obstacle.ts';
import { obstacle, plainObstacle } from './obstacle.ts';
import { wantsSession } from './seat.ts';
import type { Phase, State } from './state.ts';
import { who } from './state.ts';
import { accept, isBlocked, verifyPerson } from './trust.ts';

/** Somebody else in the room. */
export interface Listed extends Who {
  /** Hexadecimal, as `here` names it. */
  sid: string;
  /** Came without the link: not counted, cannot read. */
  outsider: boolean;
  /** Under which name the identity was verified, in any room. */
  verifiedAs: string | undefined;
  /** Stands under a verified name with another key: nothing is sealed until it is accepted or leaves. */
  blocked: boolean;
  firstSeen: number | undefined;
  /** Milliseconds since 1970. */
  expires: number;
}

export interface Snapshot {
  roomId: string;
  /** For the invitation; without one the room is unverified. */
  secret: Bytes | undefined;
  me: Who;
  /** Own sid, hexadecimal, while listed. */
  sid: string | undefined;
  people: Listed[];
  phase: Phase;
  /** The last entry that was followed. */
  seq: number;
  /** What forbids sealing now. */
  obstacle: Obstacle | undefined;
  /** What forbids a plain line now. */
  plainObstacle: Obstacle | undefined;
  /** A join is due: not listed, or the session is a day old. */
  wantsSession: boolean;
  stopped: { code: StopCode; seq: number } | undefined;
}

export function snapshot(state: State): Snapshot {
  const { setting, session, listed, peers, outsiders } = state;
  const members = [...peers].map(([sid, peer]) => person(state, { sid, bundle: peer.bundle, outsider: false }));
  const strangers = [...outsiders].map(([sid, bundle]) => person(state, { sid, bundle, outsider: true }));
  return {
    roomId: setting.roomId,
    secret: setting.secret,
    me: { name: session?.bundle.name ?? state.name, identity: hex(setting.identity.publicKey) },
    sid: session && listed ? hex(session.bundle.sid) : undefined,
    people: [...members, ...strangers],
    phase: state.phase,
    seq: state.log?.seq ?? 0,
    obstacle: obstacle(state),
    plainObstacle: plainObstacle(state),
    wantsSession: wantsSession(state),
    stopped: state.stopped,
  };
}

function person(state: State, { sid, bundle, outsider }: { sid: string; bundle: Bundle; outsider: boolean }): Listed {
  const { pins, setting } = state;
  const known = who(bundle);
  const pin = pins.get(bundle.name);
  const blocked = !outsider && isBlocked({ pins, verified: setting.verified }, bundle);
  return {
    ...known,
    sid,
    outsider,
    verifiedAs: setting.verified.get(known.identity)?.name,
    blocked,
    firstSeen: outsider || blocked ? undefined : pin?.firstSeen,
    expires: bundle.expires,
  };
}

/** Takes the key that was shown as this name's. Fails with `key-changed` when another one is listed by now. */
export async function acceptPerson({ pins, peers, setting }: State, person: Who): Promise<void> {
  accept({ pins, verified: setting.verified }, findPerson(peers, person), setting.now());
}

/** The numbers of the key that was shown were compared. Fails with `key-changed` when another one is listed by now. */
export async function verifyShown({ pins, peers, setting }: State, person: Who): Promise<void> {
  verifyPerson({ pins, verified: setting.verified }, findPerson(peers, person), setting.now());
}

function findPerson(peers: State['peers'], { name, identity }: Who): Bundle {
  const peer = [...peers.values()].find(({ bundle }) => bundle.name === name && hex(bundle.ik) === identity);
  return peer?.bundle ?? fail('key-changed', name);
}

/** The identities of everybody who is counted, oneself included. */
export const identities = ({ setting, peers }: State): Bytes[] => [
  setting.identity.publicKey,
  ...[...peers.values()].map(({ bundle }) => bundle.ik),
];
