/** Runs a join or a resume of a connection while everything else that it says waits. */
import { Failure, isWireCode } from '../../protocol/failure.ts';
import { reasonOf } from '../problem.ts';
import type { JoinFrame } from './admission.ts';
import { join } from './admission.ts';
import type { Core } from './core.ts';
import { isPatient } from './patience.ts';
import type { ResumeFrame } from './resume.ts';
import { resume } from './resume.ts';
import type { Session } from './session.ts';
import { proceed, refuseFrame } from './session.ts';
import { answer } from './turn.ts';

/** Answered with `room … synced` after the commit, or with a `no`. */
export function beginJoin(core: Core, session: Session, frame: JoinFrame): void {
  session.busy = true;
  void settle(core, session, join(core, session, frame)).then(() => proceed(core, session));
}

/** Answered with the missed entries and `synced`, or with a `no`. The connection stays busy until it has them. */
export function beginResume(core: Core, session: Session, frame: ResumeFrame): void {
  session.busy = true;
  void settle(core, session, resume(core, session, frame)).then(accepted => {
    if (!accepted) proceed(core, session);
  });
}

/** A join that is refused has cost a signature or two: ten bad frames. */
const ATTEMPT_WEIGHT = 10;

/** Every failure becomes an answer. */
async function settle<T>(core: Core, session: Session, work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Failure && error.code === 'bad-frame') refuseFrame(core, session);
    else if (isPatient(session, ATTEMPT_WEIGHT)) {
      answer(core, { session, refusal: { code: codeOf(core, error) }, id: undefined });
    }
    return undefined;
  }
}

/** What no rule has refused, the store has. */
function codeOf(core: Core, error: unknown) {
  if (error instanceof Failure && isWireCode(error.code)) return error.code;
  core.log.error('a join or a resume failed', { reason: reasonOf(error) });
  return 'unavailable';
}
