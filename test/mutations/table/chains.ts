/** Chains, and the messages on them (e2ee/1): each step, what it is without, and the test that then fails. */
import type { Steps } from '../steps.ts';

export const chains: Steps = {
  'client/crypto/chain.ts': [
    {
      name: 'a chain id commits to its secret',
      find: "if (!equal(chain.id, await chainId(chain, { seed, sigPub }))) fail('chain-commit');",
      put: '',
      red: ['client/crypto/attacks-on-chains.test.ts', '14: one chain id, two keys > another seed'],
    },
    {
      name: 'a signing key is a point',
      find: "const verifier = await verifyingKey(sigPub, 'envelope-auth');",
      put: "const verifier = await verifyingKey(sigPub, 'envelope-auth').catch(() => crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify']).then(pair => pair.publicKey));",
      red: ['client/crypto/single-steps.test.ts', 'a chain whose signing key is no point'],
    },
    {
      name: 'a chain id commits to the signing key',
      find: "concat(label('chain'), room, from, roster, seed, sigPub)",
      put: "concat(label('chain'), room, from, roster, seed)",
      red: ['client/crypto/attacks-on-chains.test.ts', '14: one chain id, two keys > another signing key'],
    },
    {
      name: 'a chain id commits to the roster',
      find: "concat(label('chain'), room, from, roster, seed, sigPub)",
      put: "concat(label('chain'), room, from, seed, sigPub)",
      red: ['client/crypto/vectors.test.ts', 'chain id, first keys, steps'],
    },
    {
      name: 'a chain wears out by messages',
      find: 'lanes.msg.next >= LANE_LIMIT.msg || ',
      put: '',
      red: ['client/crypto/chains.test.ts', 'after 500 messages'],
    },
    {
      name: 'a chain wears out by events',
      find: 'lanes.eph.next >= LANE_LIMIT.eph || ',
      put: '',
      red: ['client/crypto/chains.test.ts', 'wear a chain out after 1,000'],
    },
    {
      name: 'a chain wears out by age',
      find: ' || now - born > CHAIN_LIFE_MS',
      put: '',
      red: ['client/crypto/chains.test.ts', 'after 24 hours'],
    },
    {
      name: 'the seed is overwritten',
      find: '  seed.fill(0);\n  const lanes',
      put: '  const lanes',
      red: ['client/crypto/single-steps.test.ts', 'the seed of a chain is overwritten'],
    },
    {
      name: 'an ended chain is overwritten',
      find: '  erase(lanes.msg);\n  erase(lanes.eph);',
      put: '',
      red: [
        'client/crypto/keys.test.ts',
        'overwritten > all keys of a chain that has ended, and what came out of the envelope',
      ],
    },
  ],
  'client/crypto/envelope.ts': [
    {
      name: 'an envelope authenticates',
      find: "return opened(await decrypt(key, nonce, envelope.slice(IV_BYTES)), 'envelope-auth');",
      put: 'return (await decrypt(key, nonce, envelope.slice(IV_BYTES))) ?? new Uint8Array(97);',
      red: [
        'client/crypto/attacks-on-chains.test.ts',
        '14: one chain id, two keys > an envelope altered, or for somebody else',
      ],
    },
    {
      name: 'an envelope is bound to its room',
      find: "concat(label('env'), room, from, to, id, roster)",
      put: "concat(label('env'), from, to, id, roster)",
      red: ['client/crypto/vectors.test.ts', 'the envelope, from both ends'],
    },
    {
      name: 'an envelope is bound to its from',
      find: "concat(label('env'), room, from, to, id, roster)",
      put: "concat(label('env'), room, to, id, roster)",
      red: ['client/crypto/vectors.test.ts', 'the envelope, from both ends'],
    },
    {
      name: 'an envelope is bound to its to',
      find: "concat(label('env'), room, from, to, id, roster)",
      put: "concat(label('env'), room, from, id, roster)",
      red: ['client/crypto/vectors.test.ts', 'the envelope, from both ends'],
    },
    {
      name: 'an envelope is bound to its id',
      find: "concat(label('env'), room, from, to, id, roster)",
      put: "concat(label('env'), room, from, to, roster)",
      red: ['client/crypto/vectors.test.ts', 'the envelope, from both ends'],
    },
    {
      name: 'an envelope is bound to its roster',
      find: "concat(label('env'), room, from, to, id, roster)",
      put: "concat(label('env'), room, from, to, id)",
      red: ['client/crypto/vectors.test.ts', 'the envelope, from both ends'],
    },
  ],
  'client/crypto/pair.ts': [
    {
      name: 'a wrap key is for one direction',
      find: 'pair.room, pair.from, pair.to)',
      put: 'pair.room)',
      red: ['client/crypto/keys.test.ts', 'both ends derive one key for a direction, and another for the way back'],
    },
    {
      name: 'a wrap key needs the link',
      find: '{ info, salt: pair.salt }',
      put: '{ info, salt: pair.salt.slice().fill(0) }',
      red: ['client/crypto/vectors.test.ts', 'the envelope, from both ends'],
    },
  ],
  'client/crypto/ratchet.ts': [
    {
      name: 'an index has a limit',
      find: "  if (i >= LANE_LIMIT[lane]) fail('too-far', String(i));\n",
      put: '',
      red: [
        'client/crypto/attacks-on-messages.test.ts',
        '6: lines dropped > are counted; a wild index or a forged one costs no work',
      ],
    },
    {
      name: 'a passed index is a replay',
      find: "  if (i < ratchet.next && !ratchet.skipped.has(i)) fail('replay', String(i));\n",
      put: '',
      red: ['client/crypto/attacks-on-messages.test.ts', '4: replay > of a message, an envelope, under another index'],
    },
    {
      name: 'a kept key is used once',
      find: 'commit: () => void ratchet.skipped.delete(i)',
      put: 'commit: () => undefined',
      red: [
        'client/crypto/attacks-on-messages.test.ts',
        '6: lines dropped > open late within ten minutes and 256 keys',
      ],
    },
    {
      name: 'ten minutes',
      find: 'if (now - since > SKIPPED_KEY_LIFE_MS) drop(skipped, i, key);',
      put: 'void [now, since, i, key];',
      red: ['client/crypto/attacks-on-messages.test.ts', '6: lines dropped > not after ten minutes'],
    },
    {
      name: '256 kept keys',
      find: 'if (skipped.size > MAX_SKIPPED_KEYS) drop(skipped, i, key);',
      put: 'void [i, key];',
      red: ['client/crypto/attacks-on-messages.test.ts', '6: lines dropped > not from before the last 256'],
    },
    {
      name: 'events keep no skipped keys',
      find: "if (lane === 'msg') keep(",
      put: 'keep(',
      red: ['client/crypto/single-steps.test.ts', 'an event that was passed over'],
    },
    {
      name: 'the sender moves before it seals',
      find: '  move(ratchet, next, i + 1);\n  return { i, messageKey };',
      put: '  void next;\n  return { i, messageKey };',
      red: [
        'client/crypto/attacks-on-chains.test.ts',
        '16: the wrong lane, and damaged frames > a message on the ephemeral lane, or back',
      ],
    },
    {
      name: 'a passed key is overwritten',
      find: '    from.fill(0);\n',
      put: '',
      red: ['client/crypto/single-steps.test.ts', 'the keys that a message has passed over'],
    },
    {
      name: 'the lanes have keys of their own',
      find: "label(lane === 'msg' ? 'step' : 'eph-step')",
      put: "label('step')",
      red: ['client/crypto/vectors.test.ts', 'chain id, first keys, steps'],
    },
  ],
  'client/crypto/message.ts': [
    {
      name: 'old keys are dropped',
      find: '  dropOldKeys(ratchet, now);\n',
      put: '',
      red: ['client/crypto/attacks-on-messages.test.ts', '6: lines dropped > not after ten minutes'],
    },
    {
      name: 'an index is checked',
      find: '  checkIndex(ratchet, m.i, lane);\n',
      put: '',
      red: ['client/crypto/attacks-on-messages.test.ts', '4: replay > of a message, an envelope, under another index'],
    },
    {
      name: 'a signature is checked',
      find: "  if (!(await verify(chain.verifier, m.sig, concat(aad, m.iv, m.ct)))) fail('msg-sig');\n",
      put: '',
      red: [
        'client/crypto/attacks-on-chains.test.ts',
        '16: the wrong lane, and damaged frames > a message on the ephemeral lane, or back',
      ],
    },
    {
      name: 'a signature covers the IV',
      find: 'await verify(chain.verifier, m.sig, concat(aad, m.iv, m.ct))',
      put: 'await verify(chain.verifier, m.sig, concat(aad, m.ct))',
      red: ['client/crypto/attacks-on-chains.test.ts', '14: one chain id, two keys > another seed'],
    },
    {
      name: 'no key before the signature holds',
      find: '  const aad = messageAad(lane, chain, m);\n  if',
      put: '  const aad = messageAad(lane, chain, m);\n  await findKey(ratchet, { i: m.i, lane, now });\n  if',
      red: [
        'client/crypto/attacks-on-messages.test.ts',
        '6: lines dropped > are counted; a wild index or a forged one costs no work',
      ],
    },
    {
      name: 'a message authenticates',
      find: "opened(await decrypt(key, { iv: m.iv, aad }, m.ct), 'msg-auth')",
      put: '(await decrypt(key, { iv: m.iv, aad }, m.ct)) ?? new Uint8Array(64).fill(0x80, 63)',
      red: ['client/crypto/single-steps.test.ts', 'a good signature over what no key opens'],
    },
    {
      name: 'the chain moves only at the end',
      find: "  const key = await aesKey(messageKey, 'decrypt');\n",
      put: "  commit();\n  const key = await aesKey(messageKey, 'decrypt');\n",
      red: [
        'client/crypto/attacks-on-chains.test.ts',
        '16: the wrong lane, and damaged frames > text that is not UTF-8 moves no chain',
      ],
    },
    {
      name: 'the chain moves at the end',
      find: '  commit();\n',
      put: '',
      red: [
        'client/crypto/attacks-on-chains.test.ts',
        '16: the wrong lane, and damaged frames > text that is not UTF-8 moves no chain',
      ],
    },
    {
      name: 'a message is bound to its lane',
      find: 'concat(label(lane), u16(SUITE)',
      put: "concat(label('msg'), u16(SUITE)",
      red: [
        'client/crypto/attacks-on-chains.test.ts',
        '16: the wrong lane, and damaged frames > a message on the ephemeral lane, or back',
      ],
    },
    {
      name: 'a message is bound to its u16(SUITE)',
      find: 'concat(label(lane), u16(SUITE), room, from, id, u32(m.i), m.id, roster)',
      put: 'concat(label(lane), room, from, id, u32(m.i), m.id, roster)',
      red: ['client/crypto/vectors.test.ts', 'the message > content, padding and AAD'],
    },
    {
      name: 'a message is bound to its room',
      find: 'concat(label(lane), u16(SUITE), room, from, id, u32(m.i), m.id, roster)',
      put: 'concat(label(lane), u16(SUITE), from, id, u32(m.i), m.id, roster)',
      red: ['client/crypto/vectors.test.ts', 'the message > content, padding and AAD'],
    },
    {
      name: 'a message is bound to its from',
      find: 'concat(label(lane), u16(SUITE), room, from, id, u32(m.i), m.id, roster)',
      put: 'concat(label(lane), u16(SUITE), room, id, u32(m.i), m.id, roster)',
      red: ['client/crypto/vectors.test.ts', 'the message > content, padding and AAD'],
    },
    {
      name: 'a message is bound to its id',
      find: 'concat(label(lane), u16(SUITE), room, from, id, u32(m.i), m.id, roster)',
      put: 'concat(label(lane), u16(SUITE), room, from, u32(m.i), m.id, roster)',
      red: ['client/crypto/vectors.test.ts', 'the message > content, padding and AAD'],
    },
    {
      name: 'a message is bound to its u32(m.i)',
      find: 'concat(label(lane), u16(SUITE), room, from, id, u32(m.i), m.id, roster)',
      put: 'concat(label(lane), u16(SUITE), room, from, id, m.id, roster)',
      red: ['client/crypto/attacks-on-messages.test.ts', '4: replay > of a message, an envelope, under another index'],
    },
    {
      name: 'a message is bound to its m.id',
      find: 'concat(label(lane), u16(SUITE), room, from, id, u32(m.i), m.id, roster)',
      put: 'concat(label(lane), u16(SUITE), room, from, id, u32(m.i), roster)',
      red: ['client/crypto/attacks-on-messages.test.ts', '4: replay > of a message, an envelope, under another index'],
    },
    {
      name: 'a message is bound to its roster',
      find: 'concat(label(lane), u16(SUITE), room, from, id, u32(m.i), m.id, roster)',
      put: 'concat(label(lane), u16(SUITE), room, from, id, u32(m.i), m.id)',
      red: ['client/crypto/vectors.test.ts', 'the message > content, padding and AAD'],
    },
  ],
};
