import type { Answer, Question } from '../session/state.ts';
import { questionWords } from './questionWords.ts';

/** An invitation is no answer: it only opens the dialog. */
export type Choice = Answer | 'invite';

export interface QuestionNoticeProps {
  question: Question;
  onAnswer(choice: Choice): void;
}

/** Stands where one would write, until it is answered. */
export function QuestionNotice({ question, onAnswer }: QuestionNoticeProps) {
  const { title, text, lines, yes, no, others = [] } = questionWords(question);
  return (
    <section className="halt ask" aria-labelledby="question-heading">
      <h2 id="question-heading">{title}</h2>
      <p>{text}</p>
      {lines && <Lines texts={lines} />}
      <div className="actions">
        <button className="button primary" type="button" onClick={() => onAnswer('yes')}>
          {yes}
        </button>
        {no && <Other word={no} onTake={() => onAnswer('no')} />}
        {others.map(other => (
          <Other key={other} word={otherWords[other]} onTake={() => onAnswer(other)} />
        ))}
      </div>
    </section>
  );
}

const otherWords = { invite: 'Invite somebody', leave: 'Leave the room' };

function Other({ word, onTake }: { word: string; onTake(): void }) {
  return (
    <button className="button" type="button" onClick={onTake}>
      {word}
    </button>
  );
}

function Lines({ texts }: { texts: readonly string[] }) {
  return (
    <ul className="waiting-lines" aria-label="The lines">
      {texts.map((text, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two lines may say the same, and none moves
        <li key={at}>{text}</li>
      ))}
    </ul>
  );
}
