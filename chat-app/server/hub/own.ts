/**
 * Bytes that are kept for long. Small buffers are views of a shared 8 KB one, which the least of them keeps alive: what
 * stays in memory gets memory of its own.
 */
export function own(bytes: Uint8Array): Buffer {
  const kept = Buffer.allocUnsafeSlow(bytes.length);
  kept.set(bytes);
  return kept;
}
