/** What a browser keeps opens with its own key, at its own place, and not when a bit of it was changed. */
import { expect, test } from 'vitest';
import { newVaultKey, openRecord, sealRecord } from '../../../../chat-app/client/crypto/index.ts';

const place = ['harbour', 'line', 7];
const value = {
  text: 'the gate code is 4821',
  bytes: Uint8Array.of(1, 2, 3),
  by: new Map([['a', { deep: new Set([1]) }]]),
};

test('comes back as it was, bytes, maps and sets included', async () => {
  const key = await newVaultKey();
  expect(await openRecord(key, place, await sealRecord(key, place, value))).toEqual(value);
});

test('shows nothing of what is in it, and never the same twice', async () => {
  const key = await newVaultKey();
  const [one, two] = [await sealRecord(key, place, value), await sealRecord(key, place, value)];
  expect(Buffer.from(one.sealed).includes('gate')).toBe(false);
  expect(one.iv).not.toEqual(two.iv);
  expect(one.sealed).not.toEqual(two.sealed);
});

test('the key cannot be read out', async () => {
  await expect(crypto.subtle.exportKey('raw', await newVaultKey())).rejects.toThrow();
});

test.each([
  ['another place', ['harbour', 'line', 8]],
  ['a place that reads alike', ['harbour', 'line7']],
])('does not open at %s', async (_, elsewhere) => {
  const key = await newVaultKey();
  const record = await sealRecord(key, place, value);
  await expect(openRecord(key, elsewhere, record)).rejects.toMatchObject({ code: 'no-storage' });
});

test('does not open with another key, nor after a change', async () => {
  const key = await newVaultKey();
  const record = await sealRecord(key, place, value);
  await expect(openRecord(await newVaultKey(), place, record)).rejects.toMatchObject({ code: 'no-storage' });
  const changed = { ...record, sealed: record.sealed.map((byte, at) => (at === 5 ? byte ^ 1 : byte)) };
  await expect(openRecord(key, place, changed)).rejects.toMatchObject({ code: 'no-storage' });
});
