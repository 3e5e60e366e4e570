import type { Question } from '../session/state.ts';

export interface QuestionWords {
  title: string;
  text: string;
  /** What it is about, if that is lines of one's own. */
  lines?: readonly string[];
  yes: string;
  no?: string;
  others?: readonly ('invite' | 'leave')[];
}

export function questionWords(question: Question): QuestionWords {
  switch (question.kind) {
    case 'send-alone':
      return {
        title: `${together(question.names)} can read now`,
        text: 'You wrote this while you were alone. So far it has not left this browser. Send it?',
        lines: question.texts,
        yes: sending(question.texts),
        no: 'Keep to yourself',
      };
    case 'send-late':
      return {
        title: `${together(question.names)} came in the meantime`,
        text: 'This waited for the connection, and not everybody who would read it now was here when you wrote it.',
        lines: question.texts,
        yes: sending(question.texts),
        no: 'Discard',
      };
    case 'fork':
      return { ...fork, text: forkText(question.name), title: `${question.name} sees another history` };
    default:
      return fixed[question.kind];
  }
}

const fixed: Record<'left-alone' | 'plain-on', QuestionWords> = {
  'left-alone': {
    title: 'You are alone now',
    text: 'The others have left. What you write from here on stays in this browser until somebody comes.',
    yes: 'Write for yourself',
    others: ['invite', 'leave'],
  },
  'plain-on': {
    title: 'Let the relay read this?',
    text: 'In plain mode whoever runs the relay can read what you write, for as long as you are alone. It ends for good when somebody comes.',
    yes: 'Write in plain',
    no: 'Keep it sealed',
  },
};

const fork = { yes: 'Go on writing', others: ['leave'] } as const;

const forkText = (name: string): string =>
  `You and ${name} were shown different histories, or the program of ${name} lies. Ask outside this chat, by phone for instance, before you write anything that matters.`;

const sending = (texts: readonly string[]): string =>
  texts.length === 1 ? 'Send the line' : `Send ${texts.length} lines`;

const together = (names: readonly string[]): string =>
  names.length < 2 ? (names[0] ?? 'Somebody') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
