/** The first line of the outbox, as soon as it may go (e2ee/1, sections 5, 8 and 10). */
import { type ClientFrame, encodeClientFrame } from '../../protocol/frames.ts';
import { unhex } from '../../protocol/text.ts';
import type { Snapshot } from '../crypto/index.ts';
import { expectAnswer } from './connecting.ts';
import { type Desk, tell } from './desk.ts';
import { change, find, next, type Waiting } from './outbox.ts';
import { keepHere } from './refusing.ts';

export async function pump(desk: Desk, { phase, obstacle, plainObstacle }: Snapshot): Promise<void> {
  const line = next(desk.outbox, desk.clock.now());
  if (!line || !desk.connection || phase !== 'synced') return;
  const inTheWay = line.plain ? plainObstacle : obstacle;
  if (inTheWay?.code === 'alone' || inTheWay?.code === 'not-alone') return keepAll(desk);
  if (inTheWay || isAsking(desk)) return;
  const frame = line.frame ?? (await seal(desk, line));
  if (frame) send(desk, line, frame);
}

/** Nothing goes out while somebody is asked what should. */
export const isAsking = ({ late, forks }: Desk): boolean =>
  late !== undefined || [...forks.values()].some(fork => !fork.answered);

/** “You are alone” is the relay's word: what was written for others stays here until somebody comes. */
function keepAll(desk: Desk): void {
  for (const line of desk.outbox) keepHere(desk, line);
}

async function seal(desk: Desk, { id, body, plain, written }: Waiting): Promise<ClientFrame | undefined> {
  const bytes = unhex(id);
  if (!bytes) throw new TypeError(`not the id of a line: ${id}`);
  if (plain && body.kind === 'text') return desk.member.plain(body.text, bytes);
  const sealed = await desk.member.seal({ body, id: bytes, written });
  if (sealed.type === 'sealed') return sealed.frame;
  desk.late = { names: sealed.newcomers };
}

function send(desk: Desk, { id, shows }: Waiting, frame: ClientFrame): void {
  const step: Waiting['step'] = { kind: 'flying' };
  desk.outbox = change(desk.outbox, id, { frame, step });
  tell(desk, { type: 'delivery', key: shows, delivery: { state: 'queued' } });
  desk.connection?.send(encodeClientFrame(frame));
  // Also when the members have changed meanwhile, and the line will be sealed anew: that answer is still to come.
  expectAnswer(desk, () => find(desk.outbox, id)?.step === step);
}
