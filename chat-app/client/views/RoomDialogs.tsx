import type { RoomCommands } from '../session/commands.ts';
import type { Numbers } from '../session/numbers.ts';
import type { Person, RoomState } from '../session/state.ts';
import { CodeDialog } from './CodeDialog.tsx';
import { ForgetDialog } from './ForgetDialog.tsx';
import { InviteDialog } from './InviteDialog.tsx';
import { SettingsDialog } from './SettingsDialog.tsx';
import { VerifyDialog } from './VerifyDialog.tsx';

/** One dialog at a time. */
export type Opened =
  | { kind: 'invite' }
  | { kind: 'verify'; person: Pick<Person, 'name' | 'identity' | 'trust'> }
  | { kind: 'code' }
  | { kind: 'settings' }
  | { kind: 'forget' };

export interface RoomDialogsProps {
  opened: Opened;
  state: RoomState;
  invitation: string;
  numbers: Numbers;
  commands: RoomCommands;
  /** Another one, or none. */
  onOpen(opened: Opened | undefined): void;
}

export function RoomDialogs({ opened, state, invitation, numbers, commands, onOpen }: RoomDialogsProps) {
  const { roomId } = state;
  const onClose = () => onOpen(undefined);
  switch (opened.kind) {
    case 'invite':
      return <InviteDialog {...state} invitation={invitation} onClose={onClose} />;
    case 'code':
      return <CodeDialog people={state.people} numbers={numbers} onLeave={commands.leave} onClose={onClose} />;
    case 'settings':
      return (
        <SettingsDialog {...{ roomId, onClose }} onLeave={commands.leave} onForget={() => onOpen({ kind: 'forget' })} />
      );
    case 'forget':
      return <ForgetDialog {...{ roomId, onClose }} onForget={commands.forget} />;
    case 'verify': {
      const { person } = opened;
      const match = () => {
        commands.verify(person);
        onClose();
      };
      return <VerifyDialog {...{ person, numbers, onClose }} onMatch={match} onLeave={commands.leave} />;
    }
  }
}
