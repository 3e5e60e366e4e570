/**
 * Rooms for the probe program, at `/ws?probe`: the same relay, but what is said there is kept in memory only, is in no
 * metric, and is gone with its connections. Every commit really writes to the store first (one row, overwritten), so
 * that whatever is answered here could be answered at `/ws`.
 *
 * As a place to hide it is of no use: 2 members a room, 8 connections in all, each closed after 30 s or 64 KB. 60 s
 * after the first connection no more are taken until all have gone; then everything is forgotten.
 */
import { CLOSE_POLICY } from '../protocol/limits.ts';
import type { CoreOptions } from './relay/core.ts';
import { newCounters } from './relay/counters.ts';
import type { Relay } from './relay/relay.ts';
import { openRelay } from './relay/relay.ts';
import { memoryStore } from './store/memory.ts';
import type { Store } from './store/store.ts';
import type { Accept, Link, Receiver } from './transport.ts';

const MEMBERS = 2;
const CONNECTIONS = 8;
const LIFE_MS = 30_000;
const BYTES = 64 * 1024;
const OPEN_MS = 60_000;

export interface Probing {
  /** Undefined when no probe is taken now. */
  choose(): Accept | undefined;
  stop(): Promise<void>;
}

interface State {
  relay: Relay;
  connections: number;
  /** When the first of them came, ms. */
  since: number;
}

export async function probing(options: Omit<CoreOptions, 'counters'>): Promise<Probing> {
  const open = (): Promise<Relay> =>
    openRelay({
      ...options,
      store: forgetful(options.store),
      limits: { ...options.limits, members: MEMBERS },
      counters: newCounters(),
    });
  const state: State = { relay: await open(), connections: 0, since: 0 };
  const gone = async () => {
    state.connections -= 1;
    if (state.connections > 0) return;
    const old = state.relay;
    state.relay = await open();
    await old.drain();
  };
  return {
    choose: () => {
      if (state.connections === 0) state.since = options.now();
      const closed = state.connections >= CONNECTIONS || options.now() - state.since > OPEN_MS;
      return closed ? undefined : link => accept(state, link, gone);
    },
    stop: () => state.relay.drain(),
  };
}

/** Nothing is kept, and nobody is answered unless the real store could have kept it. */
function forgetful(store: Store): Store {
  const memory = memoryStore();
  return {
    ...memory,
    write: async batch => {
      await store.check();
      await memory.write(batch);
    },
  };
}

function accept(state: State, link: Link, gone: () => Promise<void>): Receiver {
  state.connections += 1;
  const receiver = state.relay.accept(link);
  const expiry = setTimeout(() => link.close(CLOSE_POLICY), LIFE_MS).unref();
  let bytes = 0;
  return {
    received: (data, isBinary) => {
      bytes += data.length;
      if (bytes > BYTES) link.close(CLOSE_POLICY);
      else receiver.received(data, isBinary);
    },
    drained: () => receiver.drained(),
    closed: () => {
      clearTimeout(expiry);
      receiver.closed();
      void gone();
    },
  };
}
