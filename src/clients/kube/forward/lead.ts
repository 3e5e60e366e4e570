import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { ForwardSpec } from '../../../core/forward.ts';
import { pause } from '../../../engine/pause.ts';
import type { Access } from './access.ts';
import { delayAfter } from './backoff.ts';
import { type Guest, joined, sayGoodbye, welcome } from './guest.ts';
import { mayRepeat } from './held.ts';
import { type Pods, reasonOf } from './pods.ts';
import { openTunnel, TunnelError } from './tunnel.ts';

export interface Leading {
  readonly spec: ForwardSpec;
  readonly access: Access;
  readonly pods: Pods;
  readonly say: (line: string) => void;
  /** How long a connection waits for a pod that can be reached, in ms. */
  readonly patienceMs: number;
}

/** What happened to one connection so far. */
interface Attempts {
  /** Pods that have failed it. */
  readonly avoided: Set<string>;
  /** How often a pod was reached that did not answer. */
  lost: number;
  /** How often in a row the API server did not let us through. */
  unreached: number;
  patience: AbortSignal;
}

const MOST_LOST = 3;

/** Leads one connection to a pod, and to another one as long as nothing was answered. Resolves when it is over. */
export const lead = async (socket: Socket, leading: Leading): Promise<void> => {
  const guest = welcome(socket);
  const attempts: Attempts = { avoided: new Set(), lost: 0, unreached: 0, patience: patience(leading) };
  try {
    while (!(await tried(guest, attempts, leading)));
    sayGoodbye(guest);
  } catch (error) {
    if (socket.destroyed) return;
    leading.say(`a connection was given up: ${reasonOf(error)}`);
    // Whoever reads an answer to the end of the connection must not take what it has for all of it.
    if (isKind(error, 'ended')) sayGoodbye(guest);
    else socket.resetAndDestroy();
  }
};

const patience = ({ patienceMs }: Leading): AbortSignal => AbortSignal.timeout(patienceMs);

const isKind = (error: unknown, ...kinds: readonly TunnelError['kind'][]): error is TunnelError =>
  error instanceof TunnelError && kinds.includes(error.kind);

/** True when all was said; false when another pod may be tried. */
const tried = async (guest: Guest, attempts: Attempts, leading: Leading): Promise<boolean> => {
  const { pods } = leading;
  const pod = await pods.pick(attempts.avoided, AbortSignal.any([guest.gone, attempts.patience]));
  const done = pods.use(pod);
  try {
    await joined(guest, await open(pod, guest, leading));
    return true;
  } catch (error) {
    guest.gone.throwIfAborted();
    if (!mayGoOn(error, guest, attempts)) throw error;
    leading.say(`${pod}: ${reasonOf(error)}`);
    await learn(error, attempts, { pod, guest, leading });
    return false;
  } finally {
    done();
  }
};

const open = async (pod: string, guest: Guest, { access, spec }: Leading): Promise<Duplex> => {
  const session = await access.session();
  try {
    const tunnel = await openTunnel(session, { namespace: spec.namespace, pod, port: spec.containerPort });
    if (guest.gone.aborted) tunnel.destroy();
    guest.gone.throwIfAborted();
    return tunnel;
  } catch (error) {
    if (isKind(error, 'refused') && error.status === 401) await access.renew(session);
    throw error;
  }
};

/** What somebody may have read is not sent once more, unless it changes nothing. */
const mayGoOn = (error: unknown, { held }: Guest, { lost }: Attempts): boolean => {
  if (!held?.isWhole) return false;
  if (isKind(error, 'refused')) return error.status !== 403;
  return isKind(error, 'lost', 'ended') ? lost < MOST_LOST && mayRepeat(held) : true;
};

interface Met {
  readonly pod: string;
  readonly guest: Guest;
  readonly leading: Leading;
}

const learn = async (error: unknown, attempts: Attempts, { pod, guest, leading }: Met): Promise<void> => {
  const isPods = isKind(error, 'closed', 'lost', 'ended') || (isKind(error, 'refused') && error.status !== 401);
  leading.pods.look();
  if (isPods) attempts.avoided.add(pod);
  if (isKind(error, 'lost', 'ended')) {
    attempts.lost += 1;
    attempts.patience = patience(leading);
  }
  attempts.unreached = isPods ? 0 : attempts.unreached + 1;
  if (!isPods) await pause(delayAfter(attempts.unreached), AbortSignal.any([guest.gone, attempts.patience]));
};
