/** A vault in memory: what is kept is a copy, and a room belongs to whoever opened it last. */
import { type Identity, newIdentity, type Verified } from '../../../../../chat-app/client/crypto/index.ts';
import type { LogItem } from '../../../../../chat-app/client/session/state.ts';
import type { Found, Keeping, KeptRoom, Shelf, Vault } from '../../../../../chat-app/client/session/vault.ts';
import { Failure } from '../../../../../chat-app/protocol/failure.ts';

type Parts = Omit<Found, 'items'> & { lines: Map<number, LogItem>; owner: symbol };

export interface MemoryVault extends Vault {
  /** What is kept of each room. */
  rooms: Map<string, Parts>;
}

const empty = (): Parts => ({
  room: undefined,
  frozen: undefined,
  desk: undefined,
  draft: '',
  lines: new Map(),
  owner: Symbol(),
});

export function memoryVault(): MemoryVault {
  const rooms = new Map<string, Parts>();
  const verified: Verified = new Map();
  let identity: Promise<Identity> | undefined;
  let lastName = '';
  return {
    rooms,
    identity: () => {
      identity ??= newIdentity();
      return identity;
    },
    verified: async () => new Map(verified),
    room: async roomId => structuredClone(rooms.get(roomId)?.room),
    lastName: async () => lastName,
    open: async roomId => {
      const parts = rooms.get(roomId) ?? empty();
      rooms.set(roomId, parts);
      const owner = Symbol();
      parts.owner = owner;
      const mine = () => {
        if (rooms.get(roomId)?.owner !== owner) throw new Failure('tab-active');
      };
      return {
        found: found(parts),
        keep: async keeping => {
          mine();
          write(parts, structuredClone(keeping));
          for (const [who, said] of keeping.verified) verified.set(who, said);
          lastName = keeping.room?.remembered.name ?? lastName;
        },
        forget: async () => {
          mine();
          rooms.delete(roomId);
        },
      };
    },
  };
}

function found({ lines, owner, ...parts }: Parts): Found {
  return structuredClone({ ...parts, items: [...lines].sort(([a], [b]) => a - b) });
}

function write(parts: Parts, { put, drop, verified, strict, ...named }: Keeping): void {
  Object.assign(parts, named);
  for (const [place, item] of put) parts.lines.set(place, item);
  for (const place of drop) parts.lines.delete(place);
}

/** A room's shelf in a vault of its own, with what an earlier stay has left; `kept` looks into it. */
export async function newShelf(room?: KeptRoom): Promise<Shelf & { kept(): KeptRoom | undefined }> {
  const vault = memoryVault();
  if (room) vault.rooms.set('harbour', { ...empty(), room });
  const shelf = await vault.open('harbour');
  return { ...shelf, kept: () => vault.rooms.get('harbour')?.room };
}
