import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { decodeRelayFrame } from '../../../../chat-app/protocol/frames.ts';
import { headerBytes } from '../../../../chat-app/server/framing.ts';
import { hello } from '../../../../chat-app/server/relay/hello.ts';

const limits = {
  members: 17,
  kept: { rooms: 9, identities: 9 },
  rooms: 1,
  awayMs: 61_000,
  historyMs: 1,
  historyBytes: 1,
};

test('what is put together from parts is what the schema says', () => {
  for (const now of [0, 1, 1_800_000_000_000]) {
    for (const challenge of [randomBytes(32), Buffer.alloc(32)]) {
      const frame = hello({ limits, now: () => now }, challenge);
      const text = frame.subarray(headerBytes(frame.length - 4)).toString();
      expect(decodeRelayFrame(text)).toEqual({
        type: 'hello',
        suites: [1],
        challenge: new Uint8Array(challenge),
        time: now,
        limits: { members: 17, text: 4062, frame: 65_536, awayMs: 61_000 },
      });
    }
  }
});
