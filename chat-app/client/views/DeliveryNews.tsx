import type { Delivery, Line, LogItem } from '../session/state.ts';

/** Tells who listens how far the last own line has got; the log itself only speaks of what is added. */
export function DeliveryNews({ items }: { items: readonly LogItem[] }) {
  const last = items.findLast((item): item is Line => item.kind === 'line' && item.mine);
  return (
    <p className="unseen" role="status">
      {last?.delivery && words(last.delivery)}
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
