/** What follows when the relay says no (e2ee/1, sections 8 and 13). */
import type { RelayFrame } from '../../protocol/frames.ts';
import { STALE_WAIT_MS } from '../../protocol/limits.ts';
import { hex } from '../../protocol/text.ts';
import { expectAnswer, hangUp, join, retryLater } from './connecting.ts';
import { type Desk, tell } from './desk.ts';
import { change, find, isLine, queued, type Waiting, without } from './outbox.ts';

type No = Extract<RelayFrame, { type: 'no' }>;

const PATIENCE_MS = { 'slow-down': 1000, unavailable: 5000 } as const;

export async function refused(desk: Desk, no: No): Promise<void> {
  const line = no.id && find(desk.outbox, hex(no.id));
  if (line) return lineRefused(desk, line, no);
  if (desk.joining !== undefined) return joinRefused(desk, desk.joining, no);
  if (no.code === 'removed') return join(desk);
}

async function joinRefused(desk: Desk, frame: NonNullable<Desk['joining']>, no: No): Promise<void> {
  if (no.code === 'slow-down') return sendAgain(desk, frame, no.retryMs ?? PATIENCE_MS['slow-down']);
  if (no.code === 'unavailable') {
    await hangUp(desk);
    return retryLater(desk);
  }
  const { code, limit } = no;
  desk.joining = undefined;
  tell(desk, { type: 'refused', refusal: { code, clockOffMs: desk.clockOffMs, ...(limit && { limit }) } });
}

function sendAgain(desk: Desk, frame: NonNullable<Desk['joining']>, ms: number): void {
  desk.clock.after(ms, () =>
    desk.turn(async () => {
      if (desk.joining === frame) desk.connection?.send(frame);
    }),
  );
}

async function lineRefused(desk: Desk, line: Waiting, no: No): Promise<void> {
  switch (no.code) {
    case 'duplicate':
      return delivered(desk, line);
    case 'stale-roster':
      return stale(desk, line, no.seq ?? 0);
    case 'slow-down':
    case 'unavailable':
      return rest(desk, line, no.retryMs ?? PATIENCE_MS[no.code]);
    case 'removed':
      desk.outbox = change(desk.outbox, line.id, { frame: undefined, step: queued });
      return join(desk);
    case 'not-alone':
      return keepHere(desk, line);
    default:
      desk.outbox = without(desk.outbox, line.id);
      return isLine(line) ? tell(desk, failed(line, no.code)) : dropped(desk, line);
  }
}

const failed = ({ id }: Waiting, code: No['code']) =>
  ({ type: 'delivery', key: id, delivery: { state: 'failed', code, reason: reasons[code] ?? code } }) as const;

const reasons: Partial<Record<No['code'], string>> = { 'too-big': 'it is too long for this relay' };

/** A change or a reaction that nobody will learn of. */
export function dropped(desk: Desk, { shows }: Waiting): void {
  const text = 'The others have not learned of your last change: for them the line is as it was';
  tell(desk, { type: 'delivery', key: shows, delivery: { state: 'sent' } });
  tell(desk, { type: 'remark', remark: { at: desk.clock.now(), tone: 'calm', text } });
}

/** The relay has it already: an answer was lost. */
function delivered(desk: Desk, { id, shows }: Waiting): void {
  desk.outbox = without(desk.outbox, id);
  tell(desk, { type: 'delivery', key: shows, delivery: { state: 'sent' } });
}

/** The members have changed: waits for that entry, and for no longer than the relay may take. */
function stale(desk: Desk, { id }: Waiting, seq: number): void {
  desk.outbox = change(desk.outbox, id, { frame: undefined, step: { kind: 'stale', seq } });
  expectAnswer(desk, () => find(desk.outbox, id)?.step.kind === 'stale', STALE_WAIT_MS);
}

/** The same bytes again, later. */
function rest(desk: Desk, { id, shows }: Waiting, ms: number): void {
  const until = desk.clock.now() + ms;
  desk.outbox = change(desk.outbox, id, { step: { kind: 'resting', until } });
  tell(desk, { type: 'delivery', key: shows, delivery: { state: 'waiting', until } });
  desk.clock.after(ms, () => desk.turn(async () => undefined));
}

/** What was to be plain is never sealed for somebody without asking. */
export function keepHere(desk: Desk, line: Waiting): void {
  desk.outbox = without(desk.outbox, line.id);
  if (isLine(line)) {
    desk.alone = [...desk.alone, { ...line, plain: false, frame: undefined, step: queued }];
    tell(desk, { type: 'kept', key: line.id });
  } else dropped(desk, line);
}
