import { BytechatError, type Problem } from '../../../core/problem.ts';
import type { CallOptions } from '../../../core/runner.ts';
import { pause } from '../../../engine/pause.ts';
import type { KubeSession } from '../session.ts';
import { type Gap, gapLine, noGap, widened } from './gap.ts';
import { KINDS } from './kinds.ts';
import { KNOBS, type Knobs } from './knobs.ts';
import { Unanswered } from './list.ts';
import { createLooker, type Looker, type Seen } from './look.ts';
import { progressLine } from './progress.ts';
import { kubectl, type RolloutRequest } from './request.ts';
import { isDone, readyPods, type Sighting } from './sighting.ts';
import { withEvidence } from './tell.ts';
import { type Pending, remember, special, verdict } from './verdict.ts';
import { createHints, type Hints } from './watch.ts';

export type { RolloutRequest } from './request.ts';

export interface RolledOut {
  /** For people: `2 of 2 new pods ready`. */
  readonly detail: string;
  readonly pods: string[];
}

/**
 * Until every new pod serves and no old one is left; it looks before it waits. A Problem tells why that will not happen,
 * as soon as that is certain, or `timed-out` what is still missing.
 */
export const waitForRollout = async (
  request: RolloutRequest,
  session: KubeSession,
  options: CallOptions,
): Promise<RolledOut> => {
  const over = new AbortController();
  const knobs = { ...KNOBS, ...request.knobs };
  const signal = options.signal ? AbortSignal.any([options.signal, over.signal]) : over.signal;
  try {
    return await follow({
      request,
      session,
      options,
      knobs,
      looker: createLooker(request, knobs.settleMs, session),
      hints: createHints(session, signal),
      tell: teller(options),
    });
  } finally {
    over.abort();
  }
};

interface Following {
  readonly request: RolloutRequest;
  readonly session: KubeSession;
  readonly options: CallOptions;
  readonly knobs: Knobs;
  readonly looker: Looker;
  readonly hints: Hints;
  readonly tell: (lines: readonly string[]) => void;
}

const follow = async (following: Following): Promise<RolledOut> => {
  const { request, session, options, knobs, looker, hints, tell } = following;
  let pending: readonly Pending[] = [];
  let gap = noGap;
  for (;;) {
    options.signal?.throwIfAborted();
    const { sighting, watches } = await lookPatiently(following);
    gap = widened(gap, sighting);
    if (isDone(sighting)) return rolledOut(sighting, gap);
    pending = remember(pending, sighting, knobs);
    const { failed, warnings, next } = verdict(pending, sighting.at);
    tell([progressLine(sighting), ...warnings]);
    if (failed) throw new BytechatError(await withEvidence(failed, { sighting, request, session }));
    if (sighting.at >= request.timeoutMs) throw new BytechatError(timedOut(sighting, pending, following));
    hints.open(watches);
    const soon = Math.min(next ?? Infinity, sighting.at + listAfter(sighting, knobs), request.timeoutMs);
    await hints.next(soon - looker.clock());
  }
};

/** Why there is no pod yet stands in events, which are not watched. */
const listAfter = ({ pods, at, settledAt }: Sighting, { listMs, confirmMs }: Knobs): number => {
  if (settledAt > at) return Math.min(listMs, settledAt - at);
  return pods.length === 0 ? Math.min(listMs, confirmMs) : listMs;
};

const rolledOut = (sighting: Sighting, gap: Gap): RolledOut => ({
  detail: [progressLine({ ...sighting, others: 0 }), gapLine(gap) ?? []].flat().join('; '),
  pods: (sighting.kind === 'Job' ? sighting.pods : readyPods(sighting)).map(({ metadata }) => metadata.name),
});

/** In ms without a byte: the first ones are short, as a dead connection looks like a slow server. */
const PATIENCE_MS = [3_000, 10_000, 30_000];
const AGAIN_MS = 500;

/** A server that is away for a while is no failure of the rollout. */
const lookPatiently = async ({ looker, hints, request, knobs, options, tell }: Following): Promise<Seen> => {
  const { signal } = options;
  const end = Math.min(looker.clock() + knobs.unreachableMs, Math.max(request.timeoutMs, looker.clock() + 1));
  for (let tries = 0; ; tries++) {
    try {
      return await looker.look({ signal, timeoutMs: PATIENCE_MS[tries] ?? Math.max(...PATIENCE_MS) });
    } catch (error) {
      if (!(error instanceof Unanswered)) throw error;
      if (looker.clock() >= end) throw error.cause;
      tell([`${error.message}; asking again`]);
      hints.renew();
      if (tries > 0) await pause(AGAIN_MS * Math.min(tries, 10), signal);
    }
  }
};

/** A line is told when it was not told in the look before. */
const teller = ({ onLine }: CallOptions): Following['tell'] => {
  let told: readonly string[] = [];
  return lines => {
    for (const line of lines) if (!told.includes(line)) onLine?.(line);
    told = lines;
  };
};

const timedOut = (sighting: Sighting, pending: readonly Pending[], following: Following): Problem => {
  const { request, session } = following;
  const { kind, name, namespace, timeoutMs } = request;
  const open = special(pending)?.problem;
  return {
    code: 'timed-out',
    message: `${kind} ${name} is not there after ${timeoutMs / 1000} s`,
    because: open ? `${open.message}: ${open.because}` : progressLine(sighting),
    fix: 'give it more time, or read what its pods say',
    reproduce: kubectl(`describe ${KINDS[kind].plural} ${name}`, namespace, session),
  };
};
