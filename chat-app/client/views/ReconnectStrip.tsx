import { secondsUntil } from './times.ts';
import { useNow } from './useNow.ts';

export interface ReconnectStripProps {
  /** Milliseconds since 1970. */
  since: number;
  retryAt: number;
  onRetry(): void;
}

/** Said once to who listens; the seconds are for the eye. */
export function ReconnectStrip({ since, retryAt, onRetry }: ReconnectStripProps) {
  const now = useNow();
  return (
    <div className="strip">
      <p>
        <b role="status">No connection.</b>{' '}
        <span aria-hidden="true">
          For <span className="number">{Math.max(1, Math.round((now - since) / 1000))} s</span>, next try in{' '}
          <span className="number">{secondsUntil(retryAt, now)} s</span>.
        </span>{' '}
        Your lines wait here and go out in order.
      </p>
      <button className="button" type="button" onClick={onRetry}>
        Try now
      </button>
    </div>
  );
}
