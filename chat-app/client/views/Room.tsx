import { useRef, useState } from 'react';
import type { RoomCommands } from '../session/commands.ts';
import type { RoomState } from '../session/state.ts';
import { Conversation } from './Conversation.tsx';
import { InviteDialog } from './InviteDialog.tsx';
import { Members } from './Members.tsx';
import { TopBar } from './TopBar.tsx';
import { useReturningFocus } from './useReturningFocus.ts';
import { useTitle } from './useTitle.ts';
import { useWakeUp } from './useWakeUp.ts';

export interface RoomProps {
  state: RoomState;
  invitation: string;
  /** What was written and not sent when the page was closed. */
  draft: string;
  commands: RoomCommands;
  /** Just made: its invitation is the first thing to see. */
  started: boolean;
}

export function Room({ state, invitation, draft, commands, started }: RoomProps) {
  const [showsMembers, setShowsMembers] = useState(false);
  const [inviting, setInviting] = useState(started);
  const heading = useRef<HTMLHeadingElement>(null);
  const invite = () => setInviting(true);
  useReturningFocus(showsMembers, heading);
  useTitle(state);
  useWakeUp(state.connection, commands.tryNow);
  return (
    <div className={showsMembers ? 'room shows-members' : 'room'}>
      <TopBar {...state} onMembers={() => setShowsMembers(true)} onInvite={invite} />
      <main className="columns">
        <Conversation state={state} commands={commands} firstDraft={draft} onInvite={invite} />
        <Members
          {...state}
          undecided={state.halt?.name}
          heading={heading}
          onBack={() => setShowsMembers(false)}
          onInvite={invite}
        />
      </main>
      {inviting && <InviteDialog {...state} invitation={invitation} onClose={() => setInviting(false)} />}
    </div>
  );
}
