import { memo } from 'react';
import type { Line } from '../session/state.ts';
import { DeliveryState } from './DeliveryState.tsx';
import { LinkedText } from './LinkedText.tsx';
import { Time } from './Time.tsx';

export interface MessageProps {
  line: Line;
  more: boolean;
  onRetry(line: Line): void;
  onEdit(line: Line): void;
  onDiscard(line: Line): void;
}

/** Heard as: name, text, time, state. A long log does not change when a line is added. */
export const Message = memo(({ line, more, ...actions }: MessageProps) => {
  return (
    <div className={looks(line, more)}>
      <b className="message-name">
        {line.name}
        <span className="unseen">: </span>
      </b>
      <div className="message-text">
        <LinkedText text={line.text} />
      </div>
      <div className="message-meta">
        <Time at={line.at} />
        {line.plain && <span className="warn-text">[plain] the relay can read this</span>}
        {line.unchecked && <span className="warn-text">unchecked</span>}
        {line.doubtful && <span className="stop-text">new key, not accepted</span>}
        {line.delivery && !line.plain && <DeliveryState line={line} delivery={line.delivery} {...actions} />}
      </div>
    </div>
  );
});

function looks({ mine, doubtful, plain, delivery }: Line, more: boolean): string {
  const tagged = plain || doubtful || delivery?.state === 'only-you' || delivery?.state === 'failed';
  const names = { mine, more, doubtful, tagged };
  return ['message', ...Object.entries(names).flatMap(([name, on]) => (on ? [name] : []))].join(' ');
}
