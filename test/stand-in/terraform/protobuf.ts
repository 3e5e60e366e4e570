/** The little of protobuf that the plugin protocol needs: numbers, bytes and messages. */
export type Field = readonly [
  number: number,
  value: number | bigint | boolean | string | Buffer | readonly Field[] | undefined,
];

const varint = (value: number): Buffer => {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7f; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80);
  return Buffer.from([...bytes, rest]);
};

const sized = (number: number, bytes: Buffer): Buffer =>
  Buffer.concat([varint(number * 8 + 2), varint(bytes.length), bytes]);

/** What is 0, false or empty is left out, as the format has it; repeated fields are said again. */
export const encode = (fields: readonly Field[]): Buffer =>
  Buffer.concat(
    fields.flatMap(([number, value]) => {
      if (value === undefined || value === 0 || value === false || value === '') return [];
      if (typeof value === 'string') return [sized(number, Buffer.from(value))];
      if (Buffer.isBuffer(value)) return [sized(number, value)];
      if (Array.isArray(value)) return [sized(number, encode(value))];
      return [varint(number * 8), varint(Number(value))];
    }),
  );

export interface Message {
  /** The last value of a field as bytes; empty when it is not there. */
  bytes(number: number): Buffer;
  text(number: number): string;
  message(number: number): Message;
}

export const decode = (buffer: Buffer): Message => {
  const fields = new Map<number, Buffer>();
  let at = 0;
  const number = (): number => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = buffer[at++] ?? 0;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
  };
  while (at < buffer.length) {
    const key = number();
    if ((key & 7) === 2) {
      const length = number();
      fields.set(key >> 3, buffer.subarray(at, at + length));
      at += length;
    } else if ((key & 7) === 0) number();
    else throw new Error(`a field of the wire type ${key & 7} is not expected here`);
  }
  const bytes = (field: number): Buffer => fields.get(field) ?? Buffer.alloc(0);
  return { bytes, text: field => bytes(field).toString(), message: field => decode(bytes(field)) };
};
