// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are texts of sources
/** Layouts and frames, which the relay checks too (e2ee/1): each step, what it is without, and the test that then fails. */
import type { Steps } from '../steps.ts';

export const protocol: Steps = {
  'protocol/bundle.ts': [
    {
      name: 'a bundle has nothing left over',
      find: '  r.end();\n  return bundle;',
      put: '  return bundle;',
      red: ['client/crypto/attacks-on-bundles.test.ts', '3: a bundle edited > a trailing byte'],
    },
    {
      name: 'a bundle is of this suite',
      find: "  if (bundle.version !== SUITE) fail('bundle-version', String(bundle.version));\n",
      put: '',
      red: ['client/crypto/attacks-on-bundles.test.ts', '3: a bundle edited > the version'],
    },
    {
      name: 'a bundle is for this room',
      find: "  if (!equal(bundle.room, room)) fail('bundle-room');\n",
      put: '',
      red: ['client/crypto/attacks-on-bundles.test.ts', '3: a bundle edited > the room'],
    },
    {
      name: 'a bundle has a name',
      find: "  if (!NAME.test(bundle.name)) fail('bundle-name');\n",
      put: '',
      red: ['client/crypto/attacks-on-bundles.test.ts', '3: a bundle edited > a capital in the name'],
    },
    {
      name: 'a bundle lives now',
      find: '  checkTimes(bundle, now, aliveAt);\n',
      put: '',
      red: ['client/crypto/attacks-on-bundles.test.ts', '3: a bundle edited > older'],
    },
    {
      name: 'the times of a bundle fit',
      find: "if (lifeMs <= 0 || lifeMs > BUNDLE_LIFE_MS || ahead || expires <= aliveAt) fail('bundle-expired', name);",
      put: 'void [lifeMs, ahead, aliveAt, name];',
      red: ['client/crypto/attacks-on-bundles.test.ts', '3: a bundle edited > older'],
    },
    {
      name: 'a life is not over before it began',
      find: 'lifeMs <= 0 || ',
      put: '',
      red: ['client/crypto/single-steps.test.ts', 'a bundle that ends before it begins'],
    },
    {
      name: 'a life is seven days at most',
      find: 'lifeMs > BUNDLE_LIFE_MS || ',
      put: '',
      red: ['client/crypto/attacks-on-bundles.test.ts', '3: a bundle edited > older'],
    },
    {
      name: 'a bundle is not from the future',
      find: 'ahead || expires',
      put: 'expires',
      red: ['client/crypto/attacks-on-bundles.test.ts', '3: a bundle edited > from the future'],
    },
    {
      name: 'a bundle has not run out',
      find: ' || expires <= aliveAt',
      put: '',
      red: [
        'client/crypto/attacks-on-bundles.test.ts',
        '17: a departed bundle announced again > stays refused in a replayed gap in which it ran out, and is forgotten only then',
      ],
    },
    {
      name: 'a session key is a point',
      find: "  await agreementKey(bundle.spk, 'bundle-key');\n",
      put: '',
      red: ['client/crypto/attacks-on-bundles.test.ts', '3: a bundle edited > the session key'],
    },
    {
      name: 'a bundle is signed',
      find: "  if (!(await verify(identity, bundle.sig, signedPart(bundle)))) fail('bundle-sig', bundle.name);\n",
      put: '',
      red: ['client/crypto/attacks-on-bundles.test.ts', '3: a bundle edited > the name'],
    },
    {
      name: 'a bundle’s id leaves the signature out',
      find: 'sha256(signedPart(b))',
      put: "sha256(concat(signedPart(b), 'sig' in b ? (b as Bundle).sig : new Uint8Array()))",
      red: ['client/crypto/attacks-on-bundles.test.ts', '18: a rewritten signature gives no second bundle'],
    },
  ],
  'protocol/bytes.ts': [
    {
      name: 'text is UTF-8',
      find: 'fatal: true, ',
      put: '',
      red: [
        'client/crypto/attacks-on-chains.test.ts',
        '16: the wrong lane, and damaged frames > text that is not UTF-8 moves no chain',
      ],
    },
    {
      name: 'text that is not UTF-8 is refused',
      find: "return fail(code, 'not UTF-8');",
      put: "return '';",
      red: ['client/crypto/attacks-on-chains.test.ts', 'text that is not UTF-8 moves no chain'],
    },
    {
      name: 'a byte order mark is text',
      find: ', ignoreBOM: true',
      put: '',
      red: [
        'protocol/bytes.test.ts',
        'text forms > UTF-8 keeps every byte, a byte order mark too, and refuses what is not UTF-8',
      ],
    },
    {
      name: 'nothing is too short',
      find: "    if (length > this.left) fail(this.#code, 'too short');\n",
      put: '',
      red: ['client/crypto/attacks-on-bundles.test.ts', '3: a bundle edited > a byte too few'],
    },
    {
      name: 'no number is too large',
      find: "return Number.isSafeInteger(value) ? value : fail(this.#code, 'number too large');",
      put: 'return value;',
      red: [
        'client/crypto/attacks-on-chains.test.ts',
        '16: the wrong lane, and damaged frames > a view of 2^53 moves no chain',
      ],
    },
    {
      name: 'no bytes are left over',
      find: "    if (this.left > 0) fail(this.#code, 'bytes left over');\n",
      put: '',
      red: ['client/crypto/attacks-on-bundles.test.ts', '3: a bundle edited > a trailing byte'],
    },
    {
      name: 'equal bytes have one length',
      find: 'a.length === b.length && a.every',
      put: 'a.every',
      red: ['protocol/bytes.test.ts', 'order and equality are bytewise'],
    },
    {
      name: 'equal bytes are equal',
      find: 'a.every((byte, at) => byte === b[at])',
      put: 'true',
      red: ['client/crypto/attacks-on-bundles.test.ts', '3: a bundle edited > the version'],
    },
  ],
  'protocol/keys.ts': [
    {
      name: 'an envelope has 125 bytes',
      find: '  r.end();\n  return { ...head, envelope };',
      put: '  return { ...head, envelope };',
      red: [
        'protocol/layouts.test.ts',
        'one key says who, which chain, for whom; without an envelope it is not for me',
      ],
    },
    {
      name: 'a head without an envelope',
      find: "  if (r.left === 0) fail('not-for-me');\n",
      put: '',
      red: [
        'client/crypto/attacks-on-chains.test.ts',
        '14: one chain id, two keys > an envelope altered, or for somebody else',
      ],
    },
    {
      name: 'no envelope for oneself, or twice',
      find: "    if (equal(to, sid) || envelopes.has(known)) fail('bad-frame', 'an envelope for oneself or twice');\n",
      put: '',
      red: ['protocol/frames.test.ts', 'what is not a frame > nor is an envelope for oneself in bytes from a client'],
    },
  ],
  'protocol/message.ts': [
    {
      name: 'a message has one of the sizes',
      find: "  if (!isMessageLength(bytes.length)) fail('msg-format', `${bytes.length} bytes`);\n",
      put: '',
      red: [
        'client/crypto/attacks-on-chains.test.ts',
        '16: the wrong lane, and damaged frames > short frames are lines that cannot be opened, and the log goes on',
      ],
    },
  ],
  'protocol/plain.ts': [
    {
      name: 'a plain line is long enough',
      find: "  if (bytes.length < PLAIN_OVERHEAD_BYTES) fail('msg-format', `${bytes.length} bytes`);\n",
      put: '',
      red: ['protocol/frames.test.ts', 'what is not a frame > nor is a plain line without its signature from a client'],
    },
  ],
  'protocol/primitives.ts': [
    {
      name: 'a point is uncompressed',
      find: "  if (point.length !== POINT_BYTES || point[0] !== 4) fail(code, 'not an uncompressed point');\n",
      put: '',
      red: ['protocol/bundle.test.ts', 'a compressed identity is refused'],
    },
    {
      name: 'a point is on the curve',
      find: "    return fail(code, 'not a point on P-256');",
      put: "    return subtle.generateKey(SIGNING, false, ['sign', 'verify']).then(pair => pair.publicKey);",
      red: ['client/crypto/attacks-on-bundles.test.ts', '3: a bundle edited > the identity'],
    },
    {
      name: 'a signature verifies',
      find: 'subtle.verify(SIGNATURE, key, signature, data);',
      put: 'subtle.verify(SIGNATURE, key, signature, data).then(() => true);',
      red: ['client/crypto/attacks-on-bundles.test.ts', '3: a bundle edited > the name'],
    },
  ],
  'protocol/log.ts': [
    {
      name: 'the log hashes its own past',
      find: "concat(label('log'), head, u64(seq)",
      put: "concat(label('log'), u64(seq)",
      red: ['client/crypto/vectors.test.ts', 'the log: entries, heads, and the view that a member keeps'],
    },
    {
      name: 'the log hashes its numbers',
      find: 'head, u64(seq), await',
      put: 'head, await',
      red: ['client/crypto/vectors.test.ts', 'the log: entries, heads, and the view that a member keeps'],
    },
  ],
  'protocol/room.ts': [
    {
      name: 'a roster holds the head',
      find: 'room, head, u16(sorted.length)',
      put: 'room, u16(sorted.length)',
      red: [
        'client/crypto/attacks-on-the-log.test.ts',
        'two histories > the same people, another log: the chain itself does not fit',
      ],
    },
    {
      name: 'a roster has one order',
      find: 'bundleIds.toSorted(compare)',
      put: 'bundleIds',
      red: ['client/crypto/attacks-on-chains.test.ts', '14: one chain id, two keys > another seed'],
    },
  ],
  'protocol/binary-frames.ts': [
    {
      name: 'two chains in one frame',
      find: "  if (!equal(head.subarray(0, OWNER_BYTES), msg.subarray(0, OWNER_BYTES))) fail('bad-frame', 'two chains');\n",
      put: '',
      red: ['protocol/frames.test.ts', 'what is not a frame > nor is keys of another chain in bytes from a client'],
    },
  ],
  'protocol/frames.ts': [
    {
      name: 'a frame has a limit',
      find: "  if (data.length > limit) fail('bad-frame', `${data.length} bytes`);\n",
      put: '',
      red: ['protocol/frames.test.ts', 'what is not a frame > nor is more than 64 KiB from a client'],
    },
  ],
  'protocol/schema.ts': [
    {
      name: 'a frame is what its schema says',
      find: "  if (!success) return fail('bad-frame', `${schema.type} ${error.issues[0]?.path.join('.') ?? ''}`);\n",
      put: '',
      red: ['protocol/frames.test.ts', 'what is not a frame > nor does a good frame with one change'],
    },
  ],
};
