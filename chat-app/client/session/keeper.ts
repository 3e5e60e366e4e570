import type { Remembered } from '../crypto/index.ts';
import type { Way } from './lobby.ts';
import type { KeptRoom, Vault } from './vault.ts';

/** Keeps what this browser must remember of one room. A secret counts only once it has opened the room. */
export interface Keeper {
  /** From an earlier time in this room. */
  remembered: Remembered | undefined;
  keep(remembered: Remembered): Promise<void>;
  /** Whether a reload should come back. */
  setInside(inside: boolean): Promise<void>;
}

export async function keeperOf(vault: Vault, { roomId, secret }: Way): Promise<Keeper> {
  const before = await vault.room(roomId);
  let known: Pick<KeptRoom, 'inside' | 'secret'> = { inside: before?.inside ?? false, secret: before?.secret };
  let last = before?.remembered;
  const store = async () => {
    if (last) await vault.keep({ roomId, ...known, remembered: last });
  };
  return {
    remembered: last,
    keep: remembered => {
      last = remembered;
      return store();
    },
    setInside: inside => {
      known = { inside, secret };
      return store();
    },
  };
}
