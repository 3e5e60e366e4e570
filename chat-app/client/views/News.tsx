import type { Delivery, Line, LogItem, Question } from '../session/state.ts';
import { questionWords } from './questionWords.ts';

export interface NewsProps {
  items: readonly LogItem[];
  question: Question | undefined;
}

/**
 * Tells who listens what is asked now, or how far the last own line has got: the log itself only speaks of what is
 * added to it.
 */
export function News({ items, question }: NewsProps) {
  const last = items.findLast((item): item is Line => item.kind === 'line' && item.mine);
  return (
    <p className="unseen" role="status">
      {question ? questionWords(question).title : last?.delivery && words(last.delivery)}
    </p>
  );
}

function words(delivery: Delivery): string {
  switch (delivery.state) {
    case 'failed':
      return `Your line was not sent: ${delivery.reason}`;
    case 'only-you':
      return 'Your line stays in this browser';
    case 'sent':
      return 'Your line was sent';
    default:
      return 'Your line is queued';
  }
}
