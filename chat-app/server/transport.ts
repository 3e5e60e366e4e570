import type { Source } from './gate.ts';

/** One client's connection, whatever carries it. The relay writes finished frames (framing.ts) and hears whole ones. */
export interface Link {
  /** Where it comes from: what its address may still do. */
  readonly source: Source;
  /** In order, as one write where the network allows it; nothing after the link has closed. */
  write(frames: readonly Uint8Array[]): void;
  /** Bytes written that the network has not taken yet. */
  backlog(): number;
  /** Stops and goes on reading; what was received already still comes. */
  pause(): void;
  resume(): void;
  /** Says goodbye with a WebSocket close code. */
  close(code: number): void;
  /** Cuts the connection. */
  terminate(): void;
}

/** What a link tells. Nothing is told after `closed`. */
export interface Receiver {
  received(data: Buffer, isBinary: boolean): void;
  /** Everything written has been taken. */
  drained(): void;
  closed(): void;
}

/** Takes new connections. */
export type Accept = (link: Link) => Receiver;

/** Brings connections to whoever accepts them, and keeps them alive. */
export interface Transport {
  /** Takes no new connections; says goodbye to all with `code`, and is done when they are gone (at most `withinMs`). */
  close(code: number, withinMs: number): Promise<void>;
}
