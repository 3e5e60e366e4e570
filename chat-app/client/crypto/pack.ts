/** Plain data with bytes, maps and sets in it, as bytes and back. For what we stored ourselves, not for the network. */
import type { Bytes } from '../../protocol/bytes.ts';
import { fromUtf8, utf8 } from '../../protocol/bytes.ts';
import { base64url, unbase64url } from '../../protocol/text.ts';

export const pack = (value: unknown): Bytes => utf8(JSON.stringify(value, replacer));

export const unpack = (bytes: Bytes): unknown => JSON.parse(fromUtf8(bytes, 'no-storage'), reviver);

function replacer(_: string, value: unknown): unknown {
  if (value instanceof Uint8Array) return { $bytes: base64url(value) };
  if (value instanceof Map) return { $map: [...value] };
  return value instanceof Set ? { $set: [...value] } : value;
}

function reviver(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if ('$bytes' in value) return unbase64url(String(value.$bytes));
  if ('$map' in value) return new Map(value.$map as [unknown, unknown][]);
  return '$set' in value ? new Set(value.$set as unknown[]) : value;
}
