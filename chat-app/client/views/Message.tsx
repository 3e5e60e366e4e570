import { memo, type ReactNode, useState } from 'react';
import type { Line } from '../session/state.ts';
import { DeliveryState } from './DeliveryState.tsx';
import { Icon } from './Icon.tsx';
import { type LineActions, MessageActions } from './MessageActions.tsx';
import { MessageBody } from './MessageBody.tsx';
import { Time } from './Time.tsx';
import { clockTime } from './times.ts';

export interface MessageProps extends LineActions {
  line: Line;
  more: boolean;
  onRetry(line: Line): void;
  onEdit(line: Line): void;
  onDiscard(line: Line): void;
}

type Sending = Pick<MessageProps, 'onRetry' | 'onEdit' | 'onDiscard'>;

/** Heard as: name, text, time, state. A long log does not change when a line is added. */
export const Message = memo(({ line, more, onRetry, onEdit, onDiscard, ...actions }: MessageProps) => {
  const [open, setOpen] = useState(false);
  return (
    <div className={looks(line, more)}>
      <b className="message-name">
        {line.name}
        <span className="unseen">: </span>
      </b>
      <MessageBody line={line} />
      <Meta {...{ line, onRetry, onEdit, onDiscard }}>
        {!line.plain && !line.deleted && <More line={line} open={open} onTurn={() => setOpen(!open)} />}
      </Meta>
      {open && <MessageActions line={line} {...actions} onDone={() => setOpen(false)} />}
    </div>
  );
});

function Meta({ line, children, ...sending }: Sending & { line: Line; children: ReactNode }) {
  return (
    <div className="message-meta">
      <Time at={line.at} />
      {line.plain && <span className="warn-text">[plain] the relay can read this</span>}
      {line.unchecked && <span className="warn-text">unchecked</span>}
      {line.doubtful && <span className="stop-text">new key, not accepted</span>}
      {line.delivery && !line.plain && <DeliveryState line={line} delivery={line.delivery} {...sending} />}
      {children}
    </div>
  );
}

function More({ line, open, onTurn }: { line: Line; open: boolean; onTurn(): void }) {
  const label = `More about ${line.mine ? 'your' : `${line.name}’s`} line of ${clockTime(line.at)}`;
  return (
    <button
      className="inline-button more-button"
      type="button"
      aria-expanded={open}
      aria-label={label}
      onClick={onTurn}
    >
      <Icon name="more" />
    </button>
  );
}

function looks({ mine, doubtful, plain, delivery }: Line, more: boolean): string {
  const tagged = plain || doubtful || delivery?.state === 'only-you' || delivery?.state === 'failed';
  const names = { mine, more, doubtful, tagged };
  return ['message', ...Object.entries(names).flatMap(([name, on]) => (on ? [name] : []))].join(' ');
}
