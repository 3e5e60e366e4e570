import type { ConnectionState } from '../session/state.ts';
import { Icon } from './Icon.tsx';
import type { IconName } from './icons.ts';
import { LockLine, type LockLineProps } from './LockLine.tsx';
import type { Openings } from './Room.tsx';

export interface TopBarProps extends Omit<LockLineProps, 'onOpen'>, Pick<Openings, 'onInvite' | 'onSettings'> {
  roomId: string;
  connection: ConnectionState;
  onMembers(): void;
}

export function TopBar({ roomId, connection, onMembers, onInvite, onSettings, ...readers }: TopBarProps) {
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
        <Tool icon="add" word="Invite" onUse={onInvite} />
        <Tool icon="gear" word="Settings" onUse={onSettings} />
      </nav>
    </header>
  );
}

function Tool({ icon, word, onUse }: { icon: IconName; word: string; onUse(): void }) {
  return (
    <button className="icon-button" type="button" onClick={onUse} aria-label={word}>
      <Icon name={icon} />
      <span className="word" aria-hidden="true">
        {word}
      </span>
    </button>
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
