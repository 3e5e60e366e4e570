import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  chooseSecret,
  decodeFragment,
  encodeFragment,
  invitation,
  newLinkSecret,
} from '../../../../chat-app/client/crypto/link.ts';

const secret = new Uint8Array(32).fill(1);
const other = new Uint8Array(32).fill(2);

describe('the fragment of an invitation', () => {
  test('is 43 characters after #k= and comes back', () => {
    const fragment = encodeFragment(newLinkSecret());
    expect(fragment).toMatch(/^#k=[A-Za-z0-9_-]{43}$/);
    expect(decodeFragment(encodeFragment(secret))).toEqual(secret);
    expect(decodeFragment(`#x=1&k=${encodeFragment(secret).slice(3)}&y=2`)).toEqual(secret);
  });

  test('without k says nothing', () => {
    for (const none of ['', '#', '#top', '#kk=1']) expect(decodeFragment(none)).toBeUndefined();
  });

  test('with a k that is not 32 bytes is damaged', () => {
    const good = encodeFragment(secret);
    for (const bad of ['#k=', good.slice(0, -1), `${good}A`, `${good}=`, `${good.slice(0, -1)}B`, '#k=%20']) {
      expect(() => decodeFragment(bad)).toThrow(/^door/);
    }
  });

  test('gives 32 bytes, nothing, or `door`, whatever it is', () => {
    fc.assert(
      fc.property(fc.string(), text => {
        try {
          expect(decodeFragment(`#k=${text}`) ?? secret).toHaveLength(32);
        } catch (error) {
          expect(error).toMatchObject({ code: 'door' });
        }
      }),
    );
  });
});

test('an invitation has no fragment in a room without a link', () => {
  expect(invitation('https://chat.example', 'lobby')).toBe('https://chat.example/r/lobby');
  expect(invitation('https://chat.example', 'lobby', secret)).toBe(
    `https://chat.example/r/lobby${encodeFragment(secret)}`,
  );
});

test('a browser that has a secret keeps it, and asks before it takes another', () => {
  expect(chooseSecret(undefined, undefined)).toBeUndefined();
  expect(chooseSecret(undefined, secret)).toBe(secret);
  expect(chooseSecret(secret, undefined)).toBe(secret);
  expect(chooseSecret(secret, secret.slice())).toEqual(secret);
  expect(chooseSecret(secret, other)).toBe('ask');
});
