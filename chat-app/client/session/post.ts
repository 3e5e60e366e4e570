/** What is to leave the browser waits for the end of the turn, when everything that it follows from is stored. */
import type { Connection } from './transport.ts';

export interface Post {
  /** The same connection, whose frames and whose end wait. */
  through(connection: Connection): Connection;
  /** Is a frame waiting? */
  holds(): boolean;
  /** Lets everything go, in order. */
  deliver(): void;
  /** Sends nothing; only ends what was to end. */
  discard(): void;
}

interface Letter {
  kind: 'frame' | 'end';
  go(): void;
}

export function newPost(): Post {
  let letters: Letter[] = [];
  const release = (chosen: (letter: Letter) => boolean) => {
    const ready = letters.filter(chosen);
    letters = [];
    for (const { go } of ready) go();
  };
  return {
    through: connection => ({
      send: frame => void letters.push({ kind: 'frame', go: () => connection.send(frame) }),
      close: () => void letters.push({ kind: 'end', go: () => connection.close() }),
    }),
    holds: () => letters.some(({ kind }) => kind === 'frame'),
    deliver: () => release(() => true),
    discard: () => release(({ kind }) => kind === 'end'),
  };
}
