/** Finished WebSocket frames as a server sends them: final, unmasked, not compressed (RFC 6455, section 5.2). */
export const TEXT = 0x81;
export const BINARY = 0x82;
type Opcode = typeof TEXT | typeof BINARY;

export const headerBytes = (payload: number): number => (payload < 126 ? 2 : payload < 65_536 ? 4 : 10);

/** Writes the header at `at`; returns where the payload begins. */
export function writeHeader(out: Buffer, at: number, { opcode, payload }: { opcode: Opcode; payload: number }): number {
  out[at] = opcode;
  if (payload < 126) {
    out[at + 1] = payload;
    return at + 2;
  }
  if (payload < 65_536) {
    out[at + 1] = 126;
    return out.writeUInt16BE(payload, at + 2);
  }
  out[at + 1] = 127;
  out.writeUInt32BE(Math.floor(payload / 2 ** 32), at + 2);
  return out.writeUInt32BE(payload % 2 ** 32, at + 6);
}

export function textFrame(text: string): Buffer {
  const payload = Buffer.byteLength(text);
  const out = Buffer.allocUnsafe(headerBytes(payload) + payload);
  out.write(text, writeHeader(out, 0, { opcode: TEXT, payload }));
  return out;
}

export function binaryFrame(bytes: Uint8Array): Buffer {
  const out = Buffer.allocUnsafe(headerBytes(bytes.length) + bytes.length);
  out.set(bytes, writeHeader(out, 0, { opcode: BINARY, payload: bytes.length }));
  return out;
}
