/** Lines of one's own on their way, oldest first. Only the first one travels, so that none overtakes another. */
import type { ClientFrame } from '../../protocol/frames.ts';
import { MAX_TEXT_BYTES } from '../../protocol/limits.ts';
import { ID_BYTES } from '../../protocol/sizes.ts';
import type { Body } from '../crypto/index.ts';

/** What can be said; of a plain line, the text alone. */
export type Said = Exclude<Body, { kind: 'newer' }>;

export interface Waiting {
  /** The line's id, hexadecimal: the same over every attempt. */
  id: string;
  body: Said;
  /** Key of the line in the log that shows how far this has got. */
  shows: string;
  /** To be read by the relay. */
  plain: boolean;
  /** When it was written (milliseconds since 1970), and for which identities. */
  written: { at: number; for: readonly string[] };
  /** As it was sealed: goes again as it is until the members change. */
  frame: ClientFrame | undefined;
  step: Step;
}

export type Step =
  | { kind: 'queued' }
  /** Sent, not answered. */
  | { kind: 'flying' }
  /** The relay asked for patience. */
  | { kind: 'resting'; until: number }
  /** Sealed for people who have changed: goes on when the log has got this far. */
  | { kind: 'stale'; seq: number };

export type Outbox = readonly Waiting[];

export const find = (outbox: Outbox, id: string): Waiting | undefined => outbox.find(line => line.id === id);

export const without = (outbox: Outbox, id: string): Outbox => outbox.filter(line => line.id !== id);

export const change = (outbox: Outbox, id: string, change: Partial<Waiting>): Outbox =>
  outbox.map(line => (line.id === id ? { ...line, ...change } : line));

/** What may go now, if anything. */
export function next(outbox: Outbox, now: number): Waiting | undefined {
  const [first] = outbox;
  if (!first) return undefined;
  const ready = first.step.kind === 'queued' || (first.step.kind === 'resting' && first.step.until <= now);
  return ready ? first : undefined;
}

/** The members have changed: what was sealed for others must be sealed anew. */
export const unsealed = (outbox: Outbox): Outbox => outbox.map(line => ({ ...line, frame: undefined }));

/** The connection broke: what had no answer goes again. */
export const landed = (outbox: Outbox): Outbox =>
  outbox.map(line => (line.step.kind === 'flying' || line.step.kind === 'stale' ? { ...line, step: queued } : line));

/** The log has got to `seq`: what waited for that can go on. */
export const caughtUp = (outbox: Outbox, seq: number): Outbox =>
  outbox.map(line => (line.step.kind === 'stale' && line.step.seq <= seq ? { ...line, step: queued } : line));

export const queued: Step = { kind: 'queued' };

/** How long its text may be: what names another line has less room. */
export const mostBytes = (kind: Said['kind']): number => MAX_TEXT_BYTES - (kind === 'text' ? 0 : ID_BYTES);

/** What is said, as a person would put it. */
export function wordsOf({ body }: Pick<Waiting, 'body'>): string {
  switch (body.kind) {
    case 'text':
    case 'reply':
      return body.text;
    case 'edit':
      return `(an edit) ${body.text}`;
    case 'delete':
      return '(a line to be deleted)';
    case 'reaction':
      return body.emoji;
  }
}

/** A line of its own; the rest is about another line. */
export const isLine = ({ body }: Pick<Waiting, 'body'>): boolean => body.kind === 'text' || body.kind === 'reply';
