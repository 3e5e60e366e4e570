/** The greeting of a new connection: after a restart all come at once, and only challenge and time differ. */
import type { RelayTextFrame } from '../../protocol/frames.ts';
import { encodeRelayFrame } from '../../protocol/frames.ts';
import { MAX_FRAME_TO_RELAY_BYTES, MAX_TEXT_BYTES } from '../../protocol/limits.ts';
import { CHALLENGE_BYTES } from '../../protocol/sizes.ts';
import { SUITE } from '../../protocol/suite.ts';
import { textFrame } from '../framing.ts';
import type { CoreOptions, Limits } from './core.ts';

type Hello = Extract<RelayTextFrame, { type: 'hello' }>;

const helloOf = ({ members, awayMs }: Limits): Hello => ({
  type: 'hello',
  suites: [SUITE],
  challenge: new Uint8Array(CHALLENGE_BYTES),
  time: 0,
  limits: { members, text: MAX_TEXT_BYTES, frame: MAX_FRAME_TO_RELAY_BYTES, awayMs },
});

/** The text around challenge and time. */
type Parts = readonly [start: string, between: string, end: string];

const parts = new WeakMap<Limits, Parts>();

/** As a finished frame. */
export function hello({ limits, now }: Pick<CoreOptions, 'limits' | 'now'>, challenge: Buffer): Buffer {
  const [start, between, end] = parts.get(limits) ?? cut(limits);
  return textFrame(`${start}${challenge.toString('base64url')}${between}${now()}${end}`);
}

function cut(limits: Limits): Parts {
  const frame = helloOf(limits);
  const text = String(encodeRelayFrame(frame));
  const [start = '', rest = ''] = text.split(Buffer.from(frame.challenge).toString('base64url'));
  const time = '"time":';
  const at = rest.indexOf(`${time}0`) + time.length;
  const found: Parts = [start, rest.slice(0, at), rest.slice(at + 1)];
  parts.set(limits, found);
  return found;
}
