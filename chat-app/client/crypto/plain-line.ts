/** Lines that the relay can read, while nobody else has ever been here (e2ee/1, section 10). */

import type { Bytes } from '../../protocol/bytes.ts';
import { equal, utf8 } from '../../protocol/bytes.ts';
import { Failure, fail } from '../../protocol/failure.ts';
import type { ClientFrame } from '../../protocol/frames.ts';
import { MAX_TEXT_BYTES } from '../../protocol/limits.ts';
import { decodePlain, encodePlain, plainSignedBytes } from '../../protocol/plain.ts';
import type { RoomEvent } from './events.ts';
import { plainObstacle, refuse } from './obstacle.ts';
import { sign } from './primitives.ts';
import { ownLine, remember } from './sent.ts';
import type { State } from './state.ts';
import { ownSession } from './state.ts';

/** Only to be offered to someone who chose it for this room. Fails with `not-alone` once anybody was announced here. */
export async function writePlain(state: State, text: string, id: Bytes): Promise<ClientFrame> {
  refuse(plainObstacle(state));
  if (utf8(text).length > MAX_TEXT_BYTES) fail('too-big');
  const { bundle, id: bundleId } = ownSession(state);
  const { room, identity, now } = state.setting;
  const said = { id, sentAt: now(), text };
  const sig = await sign(identity.privateKey, plainSignedBytes({ room, bundleId, ...said }));
  const plain = encodePlain({ sid: bundle.sid, ...said, sig });
  await remember(state, { id, bytes: plain }, '');
  return { type: 'plain', plain };
}

/** Only its author is listed when a plain line is logged, so an honest one is ours. */
export async function readPlain(state: State, seq: number, plain: Bytes): Promise<RoomEvent[]> {
  try {
    if (state.metOthers) fail('plain-refused');
    const { sid, id } = decodePlain(plain);
    if (!state.session || !equal(sid, state.session.bundle.sid)) fail('plain-refused');
    return await ownLine(state, seq, { id, bytes: plain });
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return [{ type: 'unreadable', code: error.code, seq, name: undefined }];
  }
}
