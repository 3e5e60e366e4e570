import type { BootStep } from '../session/entrance.ts';
import { Icon } from './Icon.tsx';
import type { IconName } from './icons.ts';

export interface BootListProps {
  steps: readonly BootStep[];
}

const looks: Record<BootStep['state'], { icon: IconName; tone: string; word: string }> = {
  doing: { icon: 'clock', tone: '', word: '' },
  done: { icon: 'check', tone: '', word: '' },
  failed: { icon: 'cross', tone: 'stop-text', word: 'Failed: ' },
};

/** What has been done before the room, a line each. */
export function BootList({ steps }: BootListProps) {
  return (
    <ul className="boot" aria-label="Getting ready" aria-live="polite">
      {steps.map(({ text, state }) => (
        <li key={text} className={looks[state].tone}>
          <Icon name={looks[state].icon} />
          <span>
            <span className="unseen">{looks[state].word}</span>
            {text}
          </span>
        </li>
      ))}
    </ul>
  );
}
