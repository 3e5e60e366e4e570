/** What a browser sealed and sent, read off the wire: which key and which IV each message took. */
import { decodeClientBinary } from '../../chat-app/protocol/binary-frames.ts';
import { AT } from '../../chat-app/protocol/message.ts';
import { hex } from '../../chat-app/protocol/text.ts';

/**
 * Keys (chain, lane and index) and IVs that were used for two different messages: none may be. The same bytes may go
 * twice. `frames` are as they went over the socket, in both directions.
 */
export function usedTwice(frames: readonly Buffer[]): string[] {
  const sealed = [...new Set(frames.flatMap(messageIn))];
  const uses = sealed.flatMap(text => {
    const [lane = '', bytes = ''] = text.split(' ');
    const part = (from: number, to: number) => bytes.slice(2 * from, 2 * to);
    return [`key ${lane} ${part(AT.chain, AT.id)}`, `iv ${part(AT.iv, AT.ct)}`];
  });
  return uses.filter((use, at) => uses.indexOf(use) !== at);
}

/** A relay's kinds begin at 81, and a text with a bracket. */
function messageIn(frame: Buffer): string[] {
  if (frame[0] === undefined || frame[0] > 3) return [];
  const sent = decodeClientBinary(new Uint8Array(frame));
  return [sent.type === 'eph' ? `eph ${hex(sent.eph)}` : `msg ${hex(sent.msg)}`];
}
