import type { Delivery, Line } from '../session/state.ts';
import { Icon } from './Icon.tsx';
import { secondsUntil } from './times.ts';
import { useNow } from './useNow.ts';

export interface DeliveryStateProps {
  line: Line;
  delivery: Delivery;
  onRetry(line: Line): void;
  onEdit(line: Line): void;
  onDiscard(line: Line): void;
}

export function DeliveryState({ line, delivery, onRetry, onEdit, onDiscard }: DeliveryStateProps) {
  switch (delivery.state) {
    case 'queued':
      return <State icon="clock" text="queued" />;
    case 'waiting':
      return <Waiting until={delivery.until} />;
    case 'sent':
      return <State icon="check" text="sent" />;
    case 'only-you':
      return <span className="message-state">[only you]</span>;
    case 'failed':
      return (
        <>
          <span className="message-state stop-text">
            <Icon name="cross" /> not sent: {delivery.reason}
          </span>
          {delivery.code === 'too-big' && <Do word="Edit" about={line} onDo={onEdit} />}
          {delivery.code !== 'too-big' && delivery.code !== 'no-storage' && (
            <Do word="Retry" about={line} onDo={onRetry} />
          )}
          <Do word="Discard" about={line} onDo={onDiscard} />
        </>
      );
  }
}

function State({ icon, text }: { icon: 'clock' | 'check'; text: string }) {
  return (
    <span className="message-state">
      <Icon name={icon} /> {text}
    </span>
  );
}

function Waiting({ until }: { until: number }) {
  return <State icon="clock" text={`sending in ${secondsUntil(until, useNow())} s`} />;
}

function Do({ word, about, onDo }: { word: string; about: Line; onDo(line: Line): void }) {
  return (
    <button className="inline-button" type="button" onClick={() => onDo(about)}>
      {word}
    </button>
  );
}
