import type { ReactNode } from 'react';
import type { Answer, Question } from '../session/state.ts';

/** An invitation is no answer: it only opens the dialog. */
export type Choice = Answer | 'invite';

export interface QuestionNoticeProps {
  question: Question;
  onAnswer(choice: Choice): void;
}

/** Stands where one would write, until it is answered. */
export function QuestionNotice({ question, onAnswer }: QuestionNoticeProps) {
  switch (question.kind) {
    case 'send-alone':
      return (
        <Asked
          title={`${together(question.names)} can read now`}
          onAnswer={onAnswer}
          yes={sending(question.texts)}
          no="Keep to yourself"
        >
          <p>You wrote this while you were alone. So far it has not left this browser. Send it?</p>
          <Waiting texts={question.texts} />
        </Asked>
      );
    case 'send-late':
      return (
        <Asked
          title={`${together(question.names)} came in the meantime`}
          onAnswer={onAnswer}
          yes={sending(question.texts)}
          no="Discard"
        >
          <p>This waited for the connection, and not everybody who would read it now was here when you wrote it.</p>
          <Waiting texts={question.texts} />
        </Asked>
      );
    case 'left-alone':
      return (
        <Asked title="You are alone now" onAnswer={onAnswer} yes="Write for yourself" others={['invite', 'leave']}>
          <p>The others have left. What you write from here on stays in this browser until somebody comes.</p>
        </Asked>
      );
    case 'plain-on':
      return (
        <Asked title="Let the relay read this?" onAnswer={onAnswer} yes="Write in plain" no="Keep it sealed">
          <p>
            In plain mode whoever runs the relay can read what you write, for as long as you are alone. It ends for good
            when somebody comes.
          </p>
        </Asked>
      );
    case 'fork':
      return (
        <Asked
          title={`${question.name} sees another history`}
          onAnswer={onAnswer}
          yes="Go on writing"
          others={['leave']}
        >
          <p>
            {question.name} and you were shown different histories, or her or his program lies. Ask on another way
            before you write anything that matters.
          </p>
        </Asked>
      );
  }
}

interface AskedProps {
  title: string;
  yes: string;
  no?: string;
  others?: ('invite' | 'leave')[];
  children: ReactNode;
  onAnswer(choice: Choice): void;
}

const words = { invite: 'Invite somebody', leave: 'Leave the room' };

function Asked({ title, yes, no, others = [], children, onAnswer }: AskedProps) {
  return (
    <section className="halt ask" aria-labelledby="question-heading">
      <h2 id="question-heading">{title}</h2>
      {children}
      <div className="actions">
        <button className="button primary" type="button" onClick={() => onAnswer('yes')}>
          {yes}
        </button>
        {no && (
          <button className="button" type="button" onClick={() => onAnswer('no')}>
            {no}
          </button>
        )}
        {others.map(other => (
          <button key={other} className="button" type="button" onClick={() => onAnswer(other)}>
            {words[other]}
          </button>
        ))}
      </div>
    </section>
  );
}

function Waiting({ texts }: { texts: readonly string[] }) {
  return (
    <ul className="waiting-lines" aria-label="The lines">
      {texts.map((text, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two lines may say the same, and none moves
        <li key={at}>{text}</li>
      ))}
    </ul>
  );
}

const sending = (texts: readonly string[]): string =>
  texts.length === 1 ? 'Send the line' : `Send ${texts.length} lines`;

const together = (names: readonly string[]): string =>
  names.length < 2 ? (names[0] ?? 'Somebody') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
