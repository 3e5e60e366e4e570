/** The relay, apart from how connections come to it and where it stores. */
import { reasonOf } from '../problem.ts';
import type { Accept } from '../transport.ts';
import type { Core, CoreOptions } from './core.ts';
import { openCore } from './core.ts';
import { decided, settled } from './flush.ts';
import { followLogs } from './follow.ts';
import { sweepSessions } from './patience.ts';
import { tellWaiting } from './presence.ts';
import { connect } from './session.ts';
import { forgetOld, limitHistory, removeOverdue, unload } from './sweep.ts';

export interface Relay {
  accept: Accept;
  /** What its clock does every second, for whoever turns the clock. */
  sweep(): Promise<void>;
  /** What its clock does every hour. */
  forgetOld(): Promise<void>;
  /** What its clock does every minute. */
  limitHistory(): Promise<void>;
  counts(): { rooms: number; members: number; connections: number; keptRooms: number; keptKeys: number };
  /** False from a failed write to the next good one. */
  isWell(): boolean;
  /** Looks at no further frame; resolves when everything that was taken is committed and told. */
  drain(): Promise<void>;
}

const SWEEP_MS = 1000;
const FORGET_MS = 3600_000;
const LIMIT_MS = 60_000;

export async function openRelay(options: CoreOptions): Promise<Relay> {
  const core = await openCore(options);
  const sweeping = setInterval(() => void reported(core, sweep(core)), SWEEP_MS).unref();
  const forgetting = setInterval(() => void reported(core, forgetOld(core)), FORGET_MS).unref();
  const limiting = setInterval(() => void reported(core, limitHistory(core)), LIMIT_MS).unref();
  return {
    accept: link => connect(core, link),
    sweep: () => sweep(core),
    forgetOld: () => forgetOld(core),
    limitHistory: () => limitHistory(core),
    counts: () => ({
      rooms: core.hub.rooms.size,
      members: core.hub.members.size,
      connections: core.sessions.size,
      keptRooms: core.kept.rooms,
      keptKeys: core.kept.identities,
    }),
    isWell: () => core.storeWell,
    drain: async () => {
      clearInterval(sweeping);
      clearInterval(forgetting);
      clearInterval(limiting);
      core.stopping = true;
      for (const session of core.sessions) session.ended = true;
      await Promise.allSettled([...core.following.values(), ...core.loading.values()]);
      await settled(core);
    },
  };
}

async function sweep(core: Core): Promise<void> {
  sweepSessions(core);
  tellWaiting(core);
  removeOverdue(core);
  unload(core);
  await followLogs(core);
  await decided(core);
}

async function reported(core: Core, work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    core.log.error('housekeeping failed', { reason: reasonOf(error) });
  }
}
