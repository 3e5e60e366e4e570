import type { RoomCommands } from '../session/commands.ts';
import type { RoomState } from '../session/state.ts';
import { AloneNote } from './AloneNote.tsx';
import { Banners } from './Banners.tsx';
import { Dock } from './Dock.tsx';
import { Log } from './Log.tsx';
import type { Openings } from './Room.tsx';
import { useComposing } from './useComposing.ts';
import { useFollow } from './useFollow.ts';
import { useLineActions } from './useLineActions.ts';
import { useLooking } from './useLooking.ts';

export interface ConversationProps extends Openings {
  state: RoomState;
  commands: RoomCommands;
  firstDraft: string;
}

/** Banners, the log and the place to write, which keeps its draft whatever stands there. */
export function Conversation({ state, commands, firstDraft, ...opens }: ConversationProps) {
  const composing = useComposing(firstDraft, commands, state.items);
  const { atEnd, jump, ...follow } = useFollow(state.items);
  useLooking(atEnd, commands.look);
  const actions = useLineActions(commands, composing);
  return (
    <section className="conversation" aria-labelledby="conversation-heading">
      <h2 id="conversation-heading" className="unseen">
        Messages
      </h2>
      <Banners
        banners={state.banners}
        onInvite={opens.onInvite}
        onCode={opens.onCode}
        onPlainOff={() => commands.write('/plain off')}
        onDismiss={commands.dismiss}
      />
      <Log {...state} {...follow} {...actions} onCompare={opens.onVerify}>
        {state.people.length === 0 && !state.plain && !state.question && <AloneNote onInvite={opens.onInvite} />}
      </Log>
      <Dock {...{ state, commands, composing, atEnd }} {...opens} onJump={jump} />
    </section>
  );
}
