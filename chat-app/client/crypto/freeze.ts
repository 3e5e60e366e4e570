/** What outlives a reload, as bytes to be sealed and one key that cannot be (e2ee/1, section 11). */

import type { Bundle } from '../../protocol/bundle.ts';
import { decodeBundle, encodeBundle } from '../../protocol/bundle.ts';
import type { Bytes } from '../../protocol/bytes.ts';
import { fail } from '../../protocol/failure.ts';
import type { ReceivingChain } from './chain.ts';
import { pack, unpack } from './pack.ts';
import type { Key } from './primitives.ts';
import { verifyingKey } from './primitives.ts';
import type { Lasting, State } from './state.ts';

/** Can be cloned and stored. */
export interface Frozen {
  /** The session's, not extractable. */
  privateKey: Key | undefined;
  /** Holds the link secret and receiving keys: to be sealed under the vault key. Never a sending chain. */
  state: Bytes;
}

/** Of what `state` says. */
const VERSION = 2;

type Announced = { bundle: Bundle; id: Bytes };
type SavedBundle = { bundle: Bytes; id: Bytes };

/** `Lasting` without Web Crypto's keys, and the room that it is about. */
interface Saved extends Omit<Lasting, 'session' | 'peers' | 'outsiders' | 'chains'> {
  version: number;
  roomId: string;
  secret: Bytes | undefined;
  session: SavedBundle | undefined;
  peers: [string, SavedBundle][];
  outsiders: [string, Bytes][];
  chains: [string, Omit<ReceivingChain, 'verifier'>][];
}

/** Everything but sending chains, what is bound to one connection, and the identity, which all rooms share. */
export function freeze(state: State): Frozen {
  const { setting, challenge, pending, phase, sending, key, session, ...lasting } = state;
  const saved: Saved = {
    ...lasting,
    version: VERSION,
    roomId: setting.roomId,
    secret: setting.secret,
    session: session && save(session),
    peers: [...state.peers].map(([sid, peer]) => [sid, save(peer)]),
    outsiders: [...state.outsiders].map(([sid, bundle]) => [sid, encodeBundle(bundle)]),
    chains: [...state.chains].map(([id, { verifier, ...chain }]) => [id, chain]),
  };
  return { privateKey: session?.privateKey, state: pack(saved) };
}

export interface Thawed {
  roomId: string;
  secret: Bytes | undefined;
  lasting: Lasting;
}

/** Fails with `no-storage` when it was frozen by a program of another version. */
export async function thaw({ privateKey, state }: Frozen): Promise<Thawed> {
  const { version, roomId, secret, session, peers, outsiders, chains, ...rest } = unpack(state) as Saved;
  if (version !== VERSION) fail('no-storage', `frozen by version ${version}`);
  const lasting: Lasting = {
    ...rest,
    session: session && privateKey && { ...load(session), privateKey },
    peers: new Map(peers.map(([sid, peer]) => [sid, { ...load(peer), keys: {} }])),
    outsiders: new Map(outsiders.map(([sid, bundle]) => [sid, decodeBundle(bundle)])),
    chains: new Map(await Promise.all(chains.map(loadChain))),
  };
  return { roomId, secret, lasting };
}

const save = ({ bundle, id }: Announced): SavedBundle => ({ bundle: encodeBundle(bundle), id });
const load = ({ bundle, id }: SavedBundle): Announced => ({ bundle: decodeBundle(bundle), id });

async function loadChain([id, chain]: Saved['chains'][number]): Promise<[string, ReceivingChain]> {
  return [id, { ...chain, verifier: await verifyingKey(chain.sigPub, 'envelope-auth') }];
}
