import { describe, expect, test } from 'vitest';
import { invitation } from '../../../../chat-app/client/crypto/link.ts';
import { secureAddress } from '../../../../chat-app/client/session/address.ts';
import { readLink } from '../../../../chat-app/client/session/link.ts';

const origin = 'https://chat.example.org';
const k = 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8';
const secret = Uint8Array.from({ length: 32 }, (_, at) => at);

describe('an address', () => {
  test.each([
    ['an invitation', '/r/harbour', `#k=${k}`, { roomId: 'harbour', secret }],
    ['a room without a link', '/r/harbour', '', { roomId: 'harbour', secret: 'none' }],
    ['a slash at the end', '/r/harbour/', '', { roomId: 'harbour', secret: 'none' }],
    ['the start page', '/', '', { roomId: undefined, secret: 'none' }],
    ['a name that no room can have', '/r/Harbour', '', { roomId: undefined, secret: 'none' }],
    ['31 bytes', '/r/harbour', `#k=${k.slice(0, 42)}`, { roomId: 'harbour', secret: 'damaged' }],
    ['33 bytes', '/r/harbour', `#k=${k}A`, { roomId: 'harbour', secret: 'damaged' }],
    ['spare bits in the last digit', '/r/harbour', `#k=${k.slice(0, 42)}9`, { roomId: 'harbour', secret: 'damaged' }],
    ['another alphabet', '/r/harbour', `#k=${k.slice(0, 42)}%2B`, { roomId: 'harbour', secret: 'damaged' }],
    ['an empty k', '/r/harbour', '#k=', { roomId: 'harbour', secret: 'damaged' }],
    ['another fragment', '/r/harbour', '#top', { roomId: 'harbour', secret: 'none' }],
  ])('%s', (_, pathname, hash, link) => {
    expect(readLink({ pathname, hash })).toEqual(link);
  });
});

test('an invitation is read back as it was made', () => {
  const { pathname, hash } = new URL(invitation(origin, 'harbour', secret));
  expect(hash).toBe(`#k=${k}`);
  expect(readLink({ pathname, hash })).toEqual({ roomId: 'harbour', secret });
});

test('the secure address carries the invitation along', () => {
  expect(secureAddress(`http://chat.example.org/r/harbour#k=${k}`)).toBe(`${origin}/r/harbour#k=${k}`);
});
