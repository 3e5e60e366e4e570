/** What the person in a room can do. */
import type { Who } from '../crypto/index.ts';
import { answer } from './answering.ts';
import { react, remove } from './changing.ts';
import { reconnect } from './connecting.ts';
import { type Desk, tell } from './desk.ts';
import { accept, forget, leave, verify } from './slash.ts';
import type { Answer, RoomState } from './state.ts';
import { signalTyping } from './typing.ts';
import { type About, discard, retry, write } from './writing.ts';

export interface RoomCommands {
  /** A line, a command that starts with a slash, or what `about` says. */
  write(text: string, about?: About): void;
  /** Takes a line of one's own back, for everybody who is here. */
  remove(key: string): void;
  /** One sign about a line. */
  react(key: string, emoji: string): void;
  /** Lets the others know that something is being written. */
  typing(): void;
  /** `key` of a line that was not sent, here and below. */
  retry(key: string): void;
  discard(key: string): void;
  /** To the question that stands in the composer's place. */
  answer(answer: Answer): void;
  /** Takes the new key that is shown for this name. */
  accept(name: string): void;
  /** The numbers were compared and are the same: the key that was shown is this person's, in all rooms. */
  verify(person: Who): void;
  dismiss(banner: string): void;
  /** Whether somebody is looking at the end of the log. */
  look(looking: boolean): void;
  /** Reconnects, or asks to be let in again, without waiting. */
  tryNow(): void;
  /** Goes on after the relay has changed the history, as a first joiner. */
  startOver(): void;
  leave(): void;
  /** Leaves, and removes everything that this browser keeps of the room. */
  forget(): void;
  /** What is written and not sent, to be found again after a reload. */
  draft(text: string): void;
}

/** `shown` tells what the person sees at that moment. */
export const commandsOf = (desk: Desk, shown: () => RoomState): RoomCommands => ({
  write: (text, about) => {
    const seen = shown();
    desk.turn(() => write(desk, text, { seen, about }));
  },
  remove: key => desk.turn(() => remove(desk, key)),
  react: (key, emoji) => desk.turn(() => react(desk, key, emoji)),
  typing: () => desk.turn(() => signalTyping(desk)),
  retry: key => desk.turn(() => retry(desk, key)),
  discard: key => desk.turn(() => discard(desk, key)),
  answer: given => {
    const { question } = shown();
    desk.turn(() => answer(desk, given, question));
  },
  accept: name => {
    const seen = shown();
    desk.turn(() => accept(desk, name, seen));
  },
  verify: person => desk.turn(() => verify(desk, person)),
  dismiss: key => desk.turn(async () => tell(desk, { type: 'dismissed', key })),
  look: looking => desk.turn(async () => tell(desk, { type: 'looking', looking })),
  tryNow: () => desk.turn(() => tryNow(desk)),
  startOver: () => desk.turn(() => startOver(desk)),
  leave: () => desk.turn(() => leave(desk)),
  forget: () => desk.turn(() => forget(desk)),
  draft: text =>
    desk.turn(async () => {
      desk.draft = text;
    }),
});

async function tryNow(desk: Desk): Promise<void> {
  tell(desk, { type: 'refused', refusal: undefined });
  await reconnect(desk);
}

async function startOver(desk: Desk): Promise<void> {
  await desk.member.startOver();
  tell(desk, { type: 'dismissed', key: 'stopped' });
  await reconnect(desk);
}
