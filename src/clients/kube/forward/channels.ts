/**
 * The frames of `v4.channel.k8s.io`: the first byte of a message is its channel. A port has two, its data and its errors,
 * and the first message of each only repeats the port, in two bytes.
 */
export const DATA = 0;
export const ERRORS = 1;

export const dataFrame = (chunk: Uint8Array): Buffer => {
  const frame = Buffer.allocUnsafe(chunk.length + 1);
  frame[0] = DATA;
  frame.set(chunk, 1);
  return frame;
};

export interface Arrival {
  readonly channel: number;
  readonly data: Buffer;
}

/** Tells what each message brings; undefined for those that bring nothing. */
export const frameReader = (): ((message: Buffer) => Arrival | undefined) => {
  const begun = new Set<number>();
  return message => {
    const [channel = DATA] = message;
    const data = message.subarray(begun.has(channel) ? 1 : 3);
    begun.add(channel);
    return data.length === 0 ? undefined : { channel, data };
  };
};
