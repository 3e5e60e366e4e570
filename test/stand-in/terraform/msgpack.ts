/** What is known only after an apply. */
export const UNKNOWN = Symbol('known after apply');

export type Value = null | boolean | number | string | typeof UNKNOWN | readonly Value[] | { [name: string]: Value };

/** How Terraform sends values (MessagePack); what is unknown is its extension type 0. */
export const pack = (value: Value): Buffer => {
  if (value === null) return Buffer.from([0xc0]);
  if (value === UNKNOWN) return Buffer.from([0xd4, 0, 0]);
  if (typeof value === 'boolean') return Buffer.from([value ? 0xc3 : 0xc2]);
  if (typeof value === 'number') return packNumber(value);
  if (typeof value === 'string') return Buffer.concat([head(0xdb, Buffer.byteLength(value)), Buffer.from(value)]);
  if (Array.isArray(value)) return Buffer.concat([head(0xdd, value.length), ...value.map(pack)]);
  const entries = Object.entries(value as { [name: string]: Value });
  return Buffer.concat([head(0xdf, entries.length), ...entries.flatMap(([name, each]) => [pack(name), pack(each)])]);
};

const head = (kind: number, size: number): Buffer => {
  const buffer = Buffer.alloc(5);
  buffer[0] = kind;
  buffer.writeUInt32BE(size, 1);
  return buffer;
};

const packNumber = (value: number): Buffer => {
  const buffer = Buffer.alloc(9);
  if (Number.isSafeInteger(value)) {
    buffer[0] = 0xd3;
    buffer.writeBigInt64BE(BigInt(value), 1);
  } else {
    buffer[0] = 0xcb;
    buffer.writeDoubleBE(value, 1);
  }
  return buffer;
};

/** A value that is not there at all is null. */
export const unpack = (buffer: Buffer): Value => (buffer.length === 0 ? null : new Reader(buffer).value());

class Reader {
  readonly #buffer: Buffer;
  #at = 0;

  constructor(buffer: Buffer) {
    this.#buffer = buffer;
  }

  value(): Value {
    const kind = this.#take(1)[0] as number;
    if (kind <= 0x7f) return kind;
    if (kind >= 0xe0) return kind - 0x100;
    if (kind <= 0x8f) return this.#map(kind & 0x0f);
    if (kind <= 0x9f) return this.#list(kind & 0x0f);
    if (kind <= 0xbf) return this.#text(kind & 0x1f);
    return this.#sized(kind);
  }

  #sized(kind: number): Value {
    switch (kind) {
      case 0xc0:
        return null;
      case 0xc2:
      case 0xc3:
        return kind === 0xc3;
      case 0xca:
        return this.#take(4).readFloatBE();
      case 0xcb:
        return this.#take(8).readDoubleBE();
      case 0xd9:
      case 0xda:
      case 0xdb:
        return this.#text(this.#unsigned(kind - 0xd9));
      case 0xdc:
      case 0xdd:
        return this.#list(this.#unsigned(kind - 0xdb));
      case 0xde:
      case 0xdf:
        return this.#map(this.#unsigned(kind - 0xdd));
      default:
        return kind >= 0xcc && kind <= 0xd3 ? this.#number(kind) : this.#extension(kind);
    }
  }

  #number(kind: number): number {
    const bytes = this.#take(1 << ((kind - 0xcc) % 4));
    if (bytes.length === 8) return Number(kind === 0xcf ? bytes.readBigUInt64BE() : bytes.readBigInt64BE());
    return kind < 0xd0 ? bytes.readUIntBE(0, bytes.length) : bytes.readIntBE(0, bytes.length);
  }

  /** Of those there is only the unknown; what Terraform may know of it (its type 12) is left aside. */
  #extension(kind: number): Value {
    const length = kind >= 0xd4 ? 1 << (kind - 0xd4) : this.#unsigned(kind - 0xc7);
    this.#take(1 + length);
    return UNKNOWN;
  }

  /** `power`: 0 for one byte, 1 for two, 2 for four. */
  #unsigned(power: number): number {
    const bytes = this.#take(1 << power);
    return bytes.readUIntBE(0, bytes.length);
  }

  #take(size: number): Buffer {
    const bytes = this.#buffer.subarray(this.#at, this.#at + size);
    this.#at += size;
    return bytes;
  }

  #text(size: number): string {
    return this.#take(size).toString();
  }

  #list(size: number): Value[] {
    return Array.from({ length: size }, () => this.value());
  }

  #map(size: number): { [name: string]: Value } {
    return Object.fromEntries(Array.from({ length: size }, () => [String(this.value()), this.value()]));
  }
}
