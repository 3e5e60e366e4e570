/** Keys cannot be read out, are overwritten once used, and take turns. */
import { describe, expect, test, vi } from 'vitest';
import { eraseChain, followChain, startChain } from '../../../../chat-app/client/crypto/chain.ts';
import { pack, unpack } from '../../../../chat-app/client/crypto/pack.ts';
import { pairKey } from '../../../../chat-app/client/crypto/pair.ts';
import { agreementPair, derivedAesKey, random, signingPair } from '../../../../chat-app/client/crypto/primitives.ts';
import { queue } from '../../../../chat-app/client/crypto/queue.ts';
import { findKey, takeKey } from '../../../../chat-app/client/crypto/ratchet.ts';
import { concat } from '../../../../chat-app/protocol/bytes.ts';
import { hex } from '../../../../chat-app/protocol/text.ts';
import { roomOf, sealed } from './support/people.ts';

const ZEROS = hex(new Uint8Array(32));

test('private keys and wrap keys are not extractable', async () => {
  const [own, other] = [await agreementPair(), await agreementPair()];
  const pair = { room: random(32), from: random(32), to: random(32), salt: random(32) };
  const key = await pairKey({ privateKey: own.privateKey, spk: other.publicKey }, pair, 'encrypt');
  for (const each of [key, own.privateKey, (await signingPair()).privateKey]) expect(each.extractable).toBe(false);
});

test('both ends derive one key for a direction, and another for the way back', async () => {
  const [a, b] = [await agreementPair(), await agreementPair()];
  const [room, idA, idB, salt] = [random(32), random(32), random(32), random(32)];
  const iv = random(12);
  const seal = async (from: Uint8Array<ArrayBuffer>, to: Uint8Array<ArrayBuffer>, own: typeof a, other: typeof a) => {
    const key = await pairKey(
      { privateKey: own.privateKey, spk: other.publicKey },
      { room, from, to, salt },
      'encrypt',
    );
    return hex(new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, new Uint8Array(16))));
  };
  const there = await seal(idA, idB, a, b);
  expect(await seal(idA, idB, b, a)).toBe(there);
  expect(await seal(idB, idA, a, b)).not.toBe(there);
});

describe('overwritten', () => {
  test('the shared secret, once it is a key', async () => {
    const shared = random(32);
    await derivedAesKey(shared, { info: random(8), salt: random(32) }, 'decrypt');
    expect(hex(shared)).toBe(ZEROS);
  });

  test('a chain key that has been used', async () => {
    const ratchet = { key: random(32), next: 0 };
    const { key } = ratchet;
    await takeKey(ratchet, 'msg');
    expect(hex(key)).toBe(ZEROS);
    expect(ratchet.next).toBe(1);
  });

  test("the receiver's, when the message has proved good and not before", async () => {
    const ratchet = { key: random(32), next: 0, skipped: new Map() };
    const { key } = ratchet;
    const { commit, gap } = await findKey(ratchet, { i: 3, lane: 'msg', now: 0 });
    expect([gap, hex(key) === ZEROS, ratchet.skipped.size]).toEqual([3, false, 0]);
    commit();
    expect([hex(key), ratchet.next, [...ratchet.skipped.keys()]]).toEqual([ZEROS, 4, [0, 1, 2]]);
  });

  test('all keys of a chain that has ended, and what came out of the envelope', async () => {
    const origin = { room: random(32), from: random(32), roster: random(32) };
    const [seed, signer] = [random(32), await signingPair()];
    const sending = await startChain(origin, { seed, signer, now: 0 });
    const secret = concat(seed, signer.publicKey);
    const chain = await followChain({ ...origin, id: sending.id, sid: '' }, secret);
    expect(hex(secret)).toBe('00'.repeat(97));
    (await findKey(chain.lanes.msg, { i: 1, lane: 'msg', now: 0 })).commit();
    const kept = chain.lanes.msg.skipped.get(0)?.key ?? random(32);
    eraseChain(chain);
    expect([kept, chain.lanes.msg.key, chain.lanes.eph.key].map(hex)).toEqual([ZEROS, ZEROS, ZEROS]);
    expect(chain.lanes.msg.skipped.size).toBe(0);
  });

  test('the seed, once it is wrapped for everybody', async () => {
    const { people } = await roomOf(['alice', 'bob']);
    const made: Uint8Array[] = [];
    const spy = vi.spyOn(crypto, 'getRandomValues');
    await sealed(people[0], 'x');
    for (const { value } of spy.mock.results) if (value instanceof Uint8Array && value.length === 32) made.push(value);
    spy.mockRestore();
    expect(made.map(hex)).toEqual([ZEROS]);
  });
});

test('a queue keeps the order, and a failure reaches only its own caller', async () => {
  const turn = queue();
  const order: number[] = [];
  const failing = turn(async () => {
    await Promise.resolve();
    throw new Error('mine');
  });
  const rest = [1, 2, 3].map(n => turn(async () => void order.push(n)));
  await expect(failing).rejects.toThrow('mine');
  await Promise.all(rest);
  expect(order).toEqual([1, 2, 3]);
});

test('packed data comes back with its bytes, maps and sets', () => {
  const value = { a: random(3), b: new Map([['k', { c: new Set(['x']), d: [random(1)] }]]), e: null, f: 'text' };
  expect(unpack(pack(value))).toEqual(value);
});
