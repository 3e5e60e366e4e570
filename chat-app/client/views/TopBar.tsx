import type { ConnectionState } from '../session/state.ts';
import { Icon } from './Icon.tsx';
import { LockLine, type LockLineProps } from './LockLine.tsx';

export interface TopBarProps extends Omit<LockLineProps, 'onOpen'> {
  roomId: string;
  connection: ConnectionState;
  onMembers(): void;
  onInvite(): void;
}

export function TopBar({ roomId, connection, onMembers, onInvite, ...readers }: TopBarProps) {
  return (
    <header className="top">
      <h1 className="room-name">
        <span className="unseen">Room </span>
        {roomId}
      </h1>
      <LockLine {...readers} onOpen={onMembers} />
      <ConnectionMark connection={connection} />
      <nav className="tools" aria-label="Room">
        <button className="icon-button to-members" type="button" onClick={onMembers}>
          <Icon name="people" />
          <span>
            {readers.people.length + 1}
            <span className="unseen"> members</span>
          </span>
        </button>
        <button className="icon-button" type="button" onClick={onInvite} aria-label="Invite">
          <Icon name="add" />
          <span className="word" aria-hidden="true">
            Invite
          </span>
        </button>
      </nav>
    </header>
  );
}

const words = { connecting: 'Connecting', online: 'Connected', offline: 'Reconnecting' };

function ConnectionMark({ connection: { kind } }: { connection: ConnectionState }) {
  return (
    <p className={kind === 'online' ? 'connection' : 'connection warn'}>
      <Icon name={kind === 'online' ? 'here' : 'away'} /> {words[kind]}
    </p>
  );
}
