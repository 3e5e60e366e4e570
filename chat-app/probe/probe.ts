/**
 * A talk of two through the relay: both join a room of their own with fresh keys, one seals a line, the other opens it,
 * both leave. It goes to `/ws?probe`, where the relay keeps it in memory only, counts it in no metric, and forgets it
 * with the connections; it still writes to its store before it answers (chat-app/server/probing.ts has the limits).
 */
import { randomUUID } from 'node:crypto';
import { newLinkSecret } from '../client/crypto/index.ts';
import { Failure } from '../protocol/failure.ts';
import { connect } from './connection.ts';
import type { ProbeCode } from './failure.ts';
import { ProbeFailure } from './failure.ts';
import type { Options } from './options.ts';
import { visitor } from './visitor.ts';

export type Result =
  /** From sealing a line to its being opened on the other side and acknowledged on this one. */
  { ok: true; roundTripMs: number } | { ok: false; code: ProbeCode; why: string };

/** Never rejects. */
export async function probe({ socketUrl, timeoutMs }: Options): Promise<Result> {
  const stop = new AbortController();
  const late = new ProbeFailure('timeout', `no complete answer from ${socketUrl} within ${timeoutMs / 1000} s`);
  const timer = setTimeout(() => stop.abort(late), timeoutMs);
  try {
    return { ok: true, roundTripMs: await talk(socketUrl, stop.signal) };
  } catch (error) {
    return { ok: false, ...explain(error) };
  } finally {
    clearTimeout(timer);
    stop.abort(new ProbeFailure('closed', 'the probe is over'));
  }
}

/** Returns the round trip in milliseconds. */
async function talk(socketUrl: string, signal: AbortSignal): Promise<number> {
  const room = { roomId: `probe-${randomUUID()}`, secret: newLinkSecret() };
  const enter = async (name: string) => {
    const one = await visitor({ ...room, name }, connect(socketUrl, signal));
    await one.join();
    return one;
  };
  const speaker = await enter('speaker');
  const listener = await enter('listener');
  await speaker.meet('listener');
  const text = randomUUID();
  const began = performance.now();
  const [read] = await Promise.all([listener.read(), speaker.say(text)]);
  const roundTripMs = Math.round((performance.now() - began) * 10) / 10;
  if (read !== text) throw new ProbeFailure('altered', 'the line that came out is not the one that went in');
  await Promise.all([speaker.leave(), listener.leave()]);
  return roundTripMs;
}

function explain(error: unknown): { code: ProbeCode; why: string } {
  const why = error instanceof Error ? error.message : String(error);
  return { code: error instanceof ProbeFailure || error instanceof Failure ? error.code : 'fault', why };
}
