/** Seals and opens one message or event on a chain (e2ee/1, section 5). */
import type { Bytes } from '../../protocol/bytes.ts';
import { concat, label, u16, u32 } from '../../protocol/bytes.ts';
import { fail } from '../../protocol/failure.ts';
import type { Message } from '../../protocol/message.ts';
import { encodeMessage } from '../../protocol/message.ts';
import { SUITE } from '../../protocol/suite.ts';
import type { Chain, ReceivingChain, SendingChain } from './chain.ts';
import { pad, unpad } from './content.ts';
import { aesKey, decrypt, encrypt, opened, sign, verify } from './primitives.ts';
import type { Lane } from './ratchet.ts';
import { checkIndex, dropOldKeys, findKey, takeKey } from './ratchet.ts';

export const messageAad = (lane: Lane, { room, from, id, roster }: Chain, m: Pick<Message, 'i' | 'id'>): Bytes =>
  concat(label(lane), u16(SUITE), room, from, id, u32(m.i), m.id, roster);

export interface Sealing {
  lane: Lane;
  sid: Bytes;
  /** 16 random bytes, the same over every resend. */
  id: Bytes;
  /** 12 fresh random bytes. */
  iv: Bytes;
}

/** The message as it travels. The chain has moved, also when this fails. */
export async function sealMessage(chain: SendingChain, content: Bytes, { lane, sid, id, iv }: Sealing): Promise<Bytes> {
  const { i, messageKey } = await takeKey(chain.lanes[lane], lane);
  const aad = messageAad(lane, chain, { i, id });
  const key = await aesKey(messageKey, 'encrypt');
  messageKey.fill(0);
  const ct = await encrypt(key, { iv, aad }, pad(content));
  const sig = await sign(chain.signer, concat(aad, iv, ct));
  return encodeMessage({ sid, chain: chain.id, i, id, iv, ct, sig });
}

export interface Opening<T> {
  lane: Lane;
  /** Milliseconds since 1970. */
  now: number;
  /** Reads the content; what it refuses moves no chain. */
  decode(content: Bytes): T;
}

/** Index, signature, key, decryption, padding, content; and only then does the chain move. */
export async function openMessage<T>(
  chain: ReceivingChain,
  m: Message,
  { lane, now, decode }: Opening<T>,
): Promise<{ content: T; gap: number }> {
  const ratchet = chain.lanes[lane];
  dropOldKeys(ratchet, now);
  checkIndex(ratchet, m.i, lane);
  const aad = messageAad(lane, chain, m);
  if (!(await verify(chain.verifier, m.sig, concat(aad, m.iv, m.ct)))) fail('msg-sig');
  const { messageKey, gap, commit } = await findKey(ratchet, { i: m.i, lane, now });
  const key = await aesKey(messageKey, 'decrypt');
  const content = decode(unpad(opened(await decrypt(key, { iv: m.iv, aad }, m.ct), 'msg-auth')));
  commit();
  messageKey.fill(0);
  return { content, gap };
}
