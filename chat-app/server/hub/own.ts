/**
 * Bytes that are kept for long. Small buffers are views of a shared 8 KB one, which the least of them keeps alive: what
 * stays in memory gets memory of its own.
 */
export const own = (bytes: Uint8Array): Buffer => together(bytes)[0] ?? Buffer.alloc(0);

/** Several that are kept together, in one piece of memory. */
export function together(...parts: readonly Uint8Array[]): Buffer[] {
  const all = Buffer.allocUnsafeSlow(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  return parts.map(part => {
    all.set(part, at);
    at += part.length;
    return all.subarray(at - part.length, at);
  });
}
