/** What follows from the answer to a question that stands in the composer's place. */

import { type Desk, tell } from './desk.ts';
import { isLine, queued, type Waiting } from './outbox.ts';
import { dropped } from './refusing.ts';
import { leave } from './slash.ts';
import type { Answer, Question } from './state.ts';

/** `seen` is the question that was answered: if another one stands there by now, that one is still open. */
export async function answer(desk: Desk, given: Answer, seen: Question | undefined): Promise<void> {
  const { question } = desk.state;
  if (given === 'leave') return leave(desk);
  if (question && isSame(question, seen)) answers[question.kind](desk, given === 'yes');
}

/** Also about the same people and the same lines. */
const isSame = (a: Question, b: Question | undefined): boolean => JSON.stringify(a) === JSON.stringify(b);

const answers: Record<Question['kind'], (desk: Desk, yes: boolean) => void> = {
  'send-alone': (desk, yes) => {
    if (yes) desk.outbox = [...desk.outbox, ...desk.alone.map(line => forThoseHere(desk, line))];
    if (yes)
      tell(
        desk,
        ...desk.alone.map(({ id }) => ({ type: 'delivery', key: id, delivery: { state: 'queued' } }) as const),
      );
    desk.alone = [];
  },
  'send-late': (desk, yes) => {
    desk.late = undefined;
    if (!yes) for (const line of desk.outbox) discard(desk, line);
    desk.outbox = yes ? desk.outbox.map(line => forThoseHere(desk, line)) : [];
  },
  'left-alone': desk => {
    desk.leftAlone = false;
  },
  'plain-on': (desk, yes) => {
    desk.plainAsked = false;
    if (yes) tell(desk, { type: 'plain', on: true }, { type: 'banner', banner: plainBanner });
  },
  fork: desk => {
    for (const [identity, fork] of desk.forks) desk.forks.set(identity, { ...fork, answered: true });
  },
};

function discard(desk: Desk, line: Waiting): void {
  if (isLine(line)) tell(desk, { type: 'discarded', key: line.id });
  else dropped(desk, line);
}

/** From here on it counts as written for the people who are here. */
const forThoseHere = ({ state, clock }: Desk, line: Waiting): Waiting => ({
  ...line,
  frame: undefined,
  step: queued,
  written: { at: clock.now(), for: state.people.map(({ identity }) => identity) },
});

const plainBanner = {
  key: 'plain',
  title: 'Plain mode is on in this room.',
  text: 'Whoever runs the relay can read these lines. It ends for good when somebody else comes.',
  offer: 'plain-off',
} as const;
