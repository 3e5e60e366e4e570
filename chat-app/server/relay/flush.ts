/** Group commit: nobody is told anything before it is on the disk, and all that waits is written together. */
import { ENTRY, lineId } from '../hub/line.ts';
import { retract } from '../hub/send.ts';
import { reasonOf } from '../problem.ts';
import type { Core } from './core.ts';
import { deliver } from './deliver.ts';
import { hashJoins } from './heads.ts';
import { sayPresence } from './presence.ts';
import { refuse } from './say.ts';
import { proceed } from './session.ts';
import type { Line, Turn } from './turn.ts';
import { isDirty, newTurn } from './turn.ts';

/** Whatever arrives while one commit is under way is the next batch: batches grow with the load by themselves. */
export function schedule(core: Core): void {
  if (core.scheduled || core.flushing) return;
  core.scheduled = true;
  setImmediate(() => {
    core.scheduled = false;
    core.flushing = flush(core).finally(() => {
      core.flushing = undefined;
      if (!isEmpty(core.turn)) schedule(core);
    });
  });
}

/** Resolves when nothing waits for a commit any more; under load that may be never. */
export async function settled(core: Core): Promise<void> {
  while (core.flushing || core.scheduled) await (core.flushing ?? core.turn.over.promise);
}

/** Resolves when what has been decided up to now is committed, or undone. */
export async function decided(core: Core): Promise<void> {
  const { flushing, turn } = core;
  await flushing;
  if (!isEmpty(turn)) await turn.over.promise;
}

const isEmpty = (turn: Turn): boolean =>
  !isDirty(turn) &&
  turn.rooms.size === 0 &&
  turn.joins.length === 0 &&
  turn.resumes.length === 0 &&
  turn.answers.length === 0;

/** Never rejects. */
async function flush(core: Core): Promise<void> {
  const { turn } = core;
  core.turn = newTurn();
  try {
    if (isDirty(turn)) await commit(core, turn);
    tell(core, turn);
  } catch (error) {
    fail(core, turn, error);
  }
  turn.over.resolve();
}

/** What is committed stays so, even if telling it meets a fault of ours. */
function tell(core: Core, turn: Turn): void {
  try {
    deliver(core, turn);
  } catch (error) {
    core.log.error('a batch was committed but not delivered', { reason: reasonOf(error) });
  }
}

async function commit(core: Core, turn: Turn): Promise<void> {
  await hashJoins(core, turn);
  const began = performance.now();
  await core.store.write(turn.batch);
  core.counters.commits += 1;
  core.counters.committed((performance.now() - began) / 1000, turn.batch.entries.length);
  if (!core.storeWell) core.log.info('the store can be written again');
  core.storeWell = true;
  accept(turn);
}

/** What was decided is now so. */
function accept({ rooms, followed }: Turn): void {
  for (const [room, { lines }] of rooms) {
    const { seq, memberSeq } = room.committed;
    room.committed = { seq: lastSeq(lines) ?? seq, memberSeq: lastMemberSeq(lines) ?? memberSeq };
  }
  for (const [room, checkpoint] of followed) {
    if (checkpoint.seq > room.checkpoint.seq) room.checkpoint = checkpoint;
  }
}

const lastSeq = (lines: Line[]): number | undefined => lines.at(-1)?.seq;
const lastMemberSeq = (lines: Line[]): number | undefined => lines.findLast(isMembership)?.seq;
const isMembership = ({ body }: Line): boolean => body[0] === ENTRY.join || body[0] === ENTRY.leave;

/** As if it had never been: also for what has arrived since, because it was judged by what is now undone. */
function fail(core: Core, failed: Turn, error: unknown): void {
  if (core.storeWell) core.log.error('the store cannot be written', { reason: reasonOf(error) });
  core.storeWell = false;
  core.counters.failedCommits += 1;
  const turns = [failed, core.turn];
  core.turn = newTurn();
  for (const turn of turns.toReversed()) undo(turn);
  for (const turn of turns) excuse(core, turn);
  for (const { over } of turns) over.resolve();
}

function undo(turn: Turn): void {
  for (const each of turn.undo.toReversed()) each();
  for (const [room, { lines }] of turn.rooms) {
    for (const { author, body } of lines) if (author) retract(author, body);
    room.seq = room.committed.seq;
    room.memberSeq = room.committed.memberSeq;
  }
}

/** Everybody who waits is told `unavailable`; what was wrong anyway stays wrong. */
function excuse(core: Core, turn: Turn): void {
  for (const [room, { presence }] of turn.rooms) sayPresence(core, room, presence);
  for (const { lines } of turn.rooms.values()) {
    for (const { from, author, body } of lines) {
      if (from) refuse(core, { session: from, refusal: { code: 'unavailable' }, id: author && lineId(body) });
    }
  }
  for (const { session } of [...turn.joins, ...turn.resumes]) {
    refuse(core, { session, refusal: { code: 'unavailable' }, id: undefined });
  }
  for (const { session } of turn.resumes) proceed(core, session);
  for (const answer of turn.answers) {
    const lasting = answer.refusal.code === 'bad-frame';
    refuse(core, lasting ? answer : { ...answer, refusal: { code: 'unavailable' } });
  }
}
