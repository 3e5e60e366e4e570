/** What people read to each other to find out whether anybody sits between them (e2ee/1, section 9). */
import { unhex } from '../../protocol/text.ts';
import { safetyNumber } from '../crypto/index.ts';
import type { Desk } from './desk.ts';

export interface Numbers {
  /** 60 digits in groups of five, the same on both sides. `identity` is hexadecimal. */
  person(identity: string): Promise<string>;
  /** 40 digits in groups of five, the same for everybody who sees the same people. */
  room(): Promise<string>;
}

export const numbersOf = ({ identity: own, member }: Desk): Numbers => ({
  person: identity => {
    const other = unhex(identity);
    if (!other) throw new TypeError('not an identity');
    return safetyNumber(own.publicKey, other);
  },
  room: () => member.roomCode(),
});
