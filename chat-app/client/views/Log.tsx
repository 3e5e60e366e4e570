import type { ReactNode, Ref } from 'react';
import type { LogItem } from '../session/state.ts';
import { logRows, type Row } from './logRows.ts';
import { Message, type MessageProps } from './Message.tsx';
import { RemarkLine, type RemarkLineProps } from './RemarkLine.tsx';
import { dayName } from './times.ts';

type Actions = Omit<MessageProps, 'line' | 'more'> & Pick<RemarkLineProps, 'onCompare'>;

export interface LogProps extends Actions {
  roomId: string;
  items: readonly LogItem[];
  firstUnread: string | undefined;
  scroller: Ref<HTMLDivElement>;
  onScroll(): void;
  /** Stands below the last line. */
  children?: ReactNode;
}

export function Log({ roomId, items, firstUnread, scroller, onScroll, children, ...actions }: LogProps) {
  return (
    <div
      ref={scroller}
      className="log"
      onScroll={onScroll}
      role="log"
      aria-relevant="additions"
      aria-label={`Messages in ${roomId}`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
    >
      <div className="log-lines">
        {logRows({ items, firstUnread }).map(row => (
          <LogRow key={row.key} row={row} actions={actions} />
        ))}
        {children}
      </div>
    </div>
  );
}

function LogRow({ row, actions: { onCompare, ...actions } }: { row: Row; actions: Actions }) {
  switch (row.kind) {
    case 'day':
      return (
        <p className="rule">
          <span>{dayName(row.at)}</span>
        </p>
      );
    case 'new':
      return (
        <p className="rule new">
          <span>{row.count} new</span>
        </p>
      );
    case 'line':
      return <Message line={row.line} more={row.more} {...actions} />;
    case 'remark':
      return <RemarkLine remark={row.remark} onCompare={onCompare} />;
  }
}
