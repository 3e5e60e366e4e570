import { useRef, useState } from 'react';
import type { Who } from '../crypto/index.ts';
import type { RoomCommands } from '../session/commands.ts';
import type { Numbers } from '../session/numbers.ts';
import type { RoomState } from '../session/state.ts';
import { Conversation } from './Conversation.tsx';
import { Members } from './Members.tsx';
import { type Opened, RoomDialogs } from './RoomDialogs.tsx';
import { TopBar } from './TopBar.tsx';
import { useNotifications } from './useNotifications.ts';
import { useReturningFocus } from './useReturningFocus.ts';
import { useTitle } from './useTitle.ts';
import { useWakeUp } from './useWakeUp.ts';

export interface RoomProps {
  state: RoomState;
  invitation: string;
  /** What was written and not sent when the page was closed. */
  draft: string;
  commands: RoomCommands;
  numbers: Numbers;
  /** Just made: its invitation is the first thing to see. */
  started: boolean;
}

export function Room({ state, invitation, draft, commands, numbers, started }: RoomProps) {
  const [showsMembers, setShowsMembers] = useState(false);
  const [opened, setOpened] = useState<Opened | undefined>(started ? { kind: 'invite' } : undefined);
  const heading = useRef<HTMLHeadingElement>(null);
  const opens = openings(state, setOpened);
  useReturningFocus(showsMembers, heading);
  useTitle(state);
  useNotifications(state);
  useWakeUp(state.connection, commands.tryNow);
  return (
    <div className={showsMembers ? 'room shows-members' : 'room'}>
      <TopBar {...state} {...opens} onMembers={() => setShowsMembers(true)} />
      <main className="columns">
        <Conversation {...{ state, commands }} {...opens} firstDraft={draft} />
        <Members
          {...state}
          {...opens}
          undecided={state.halt?.name}
          heading={heading}
          onBack={() => setShowsMembers(false)}
        />
      </main>
      {opened && <RoomDialogs {...{ opened, state, invitation, numbers, commands }} onOpen={setOpened} />}
    </div>
  );
}

/** What opens each dialog. */
export interface Openings {
  onInvite(): void;
  onVerify(person: Who): void;
  onCode(): void;
  onSettings(): void;
}

const openings = ({ people }: RoomState, open: (opened: Opened) => void): Openings => ({
  onInvite: () => open({ kind: 'invite' }),
  onCode: () => open({ kind: 'code' }),
  onSettings: () => open({ kind: 'settings' }),
  onVerify: ({ name, identity }) => {
    const { trust = 'not compared' } = people.find(one => one.identity === identity) ?? {};
    open({ kind: 'verify', person: { name, identity, trust } });
  },
});
