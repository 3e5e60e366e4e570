// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are texts of sources
/** What is inside a message, and what is kept (e2ee/1): each step, what it is without, and the test that then fails. */
import type { Steps } from '../steps.ts';

export const content: Steps = {
  'client/crypto/content.ts': [
    {
      name: 'the id of a line is 16 bytes',
      find: "bytes?.length === ID_BYTES ? bytes : fail('msg-format', 'not the id of a line')",
      put: 'bytes ?? new Uint8Array()',
      red: ['client/crypto/content.test.ts', 'content > names another line only by 16 bytes'],
    },
    {
      name: 'a kind that is only received is not sealed',
      find: "if (body.kind === 'newer') fail('msg-format', 'a kind that is only received');",
      put: "if (body.kind === 'newer') return encode(body.number, content, new Uint8Array());",
      red: ['client/crypto/content.test.ts', 'content > names another line only by 16 bytes'],
    },
    {
      name: 'a body is not too big',
      find: "if (bytes.length > MAX_TEXT_BYTES) fail('too-big', `${bytes.length} bytes`);",
      put: '',
      red: ['client/crypto/conversation.test.ts', 'a message of 4,062 bytes fits, one more does not, and costs no key'],
    },
    {
      name: 'a deletion holds an id and no more',
      find: '  r.end();\n  return id;',
      put: '  return id;',
      red: [
        'client/crypto/attacks-on-chains.test.ts',
        '16: the wrong lane, and damaged frames > the id of a line too long moves no chain',
      ],
    },
    {
      name: 'a content has a size to be padded to',
      find: "?? fail('too-big', `${bytes.length} bytes`)",
      put: '?? bytes.length + 1',
      red: ['client/crypto/content.test.ts', 'padding > has no room for 4,096 bytes'],
    },
    {
      name: 'padding is checked',
      find: "return padded ? bytes.slice(0, end) : fail('msg-format', 'padding');",
      put: 'return bytes.slice(0, end);',
      red: ['client/crypto/content.test.ts', 'padding > is not zeros'],
    },
    {
      name: 'padding ends with 80',
      find: ' && bytes[end] === 0x80',
      put: '',
      red: ['client/crypto/content.test.ts', 'padding > is not zeros'],
    },
    {
      name: 'padding has one of the sizes',
      find: 'PADDED_SIZES.includes(bytes.length) && ',
      put: '',
      red: ['client/crypto/content.test.ts', 'padding > is not another size'],
    },
  ],
  'client/crypto/plain-line.ts': [
    {
      name: 'a plain line is refused by the same obstacles',
      find: '  refuse(plainObstacle(state));\n',
      put: '',
      red: [
        'client/crypto/attacks-on-membership.test.ts',
        '9: no frame leaves > when the relay says that we are alone',
      ],
    },
    {
      name: 'a plain line is not too big',
      find: "  if (utf8(text).length > MAX_TEXT_BYTES) fail('too-big');\n",
      put: '',
      red: ['client/crypto/single-steps.test.ts', 'a plain line of 4,063 bytes'],
    },
    {
      name: 'no plain line is shown once anybody was here',
      find: "    if (state.metOthers) fail('plain-refused');\n",
      put: '',
      red: [
        'client/crypto/attacks-on-plain-lines.test.ts',
        '20: plain lines > are refused after a second member was ever listed, also a refused one, also after a reload',
      ],
    },
    {
      name: 'a plain line is my own',
      find: "    if (!state.session || !equal(sid, state.session.bundle.sid)) fail('plain-refused');\n",
      put: '',
      red: ['client/crypto/attacks-on-plain-lines.test.ts', '20: plain lines > of somebody else are not shown'],
    },
  ],
  'client/crypto/primitives.ts': [
    {
      name: 'what does not decrypt fails',
      find: 'plain ?? fail(code)',
      put: 'plain ?? (new Uint8Array(64).fill(0x80, 63))',
      red: [
        'client/crypto/attacks-on-chains.test.ts',
        '14: one chain id, two keys > an envelope altered, or for somebody else',
      ],
    },
  ],
  'client/crypto/sealed-record.ts': [
    {
      name: 'a stored record authenticates',
      find: "opened(await decrypt(key, { iv, aad: aad(place) }, sealed), 'no-storage')",
      put: "(await decrypt(key, { iv, aad: aad(place) }, sealed)) ?? pack('')",
      red: ['client/crypto/sealed-record.test.ts', 'does not open at another place'],
    },
    {
      name: 'a stored record is bound to its place',
      find: "concat(label('vault'), utf8(JSON.stringify(place)))",
      put: "concat(label('vault'), utf8(JSON.stringify(place)).slice(0, 0))",
      red: ['client/crypto/sealed-record.test.ts', 'does not open at another place'],
    },
  ],
  'client/crypto/link.ts': [
    {
      name: 'a link secret is 32 bytes',
      find: "return secret?.length === SECRET_BYTES ? secret : fail('door', 'the link is damaged');",
      put: 'return secret;',
      red: ['client/crypto/link.test.ts', 'the fragment of an invitation > with a k that is not 32 bytes is damaged'],
    },
    {
      name: 'another link is asked about',
      find: "return equal(kept, given) ? kept : 'ask';",
      put: 'return given;',
      red: ['client/crypto/link.test.ts', 'a browser that has a secret keeps it, and asks before it takes another'],
    },
    {
      name: 'the door is not the tag key',
      find: 'door: all.slice(64)',
      put: 'door: all.slice(32, 64)',
      red: ['client/crypto/vectors.test.ts', 'room and link keys'],
    },
  ],
  'client/crypto/freeze.ts': [
    {
      name: 'what another version froze is not thawed',
      find: "if (version !== VERSION) fail('no-storage', `frozen by version ${version}`);",
      put: '',
      red: ['client/crypto/single-steps.test.ts', 'what another version froze'],
    },
  ],
};
