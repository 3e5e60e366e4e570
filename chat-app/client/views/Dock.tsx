import type { Who } from '../crypto/index.ts';
import type { RoomCommands } from '../session/commands.ts';
import { mostBytes } from '../session/outbox.ts';
import type { RoomState } from '../session/state.ts';
import { Composer } from './Composer.tsx';
import { modeOf, placeholderOf, queuedIn, utf8Length } from './dockWords.ts';
import { HaltNotice } from './HaltNotice.tsx';
import { News } from './News.tsx';
import { type Choice, QuestionNotice } from './QuestionNotice.tsx';
import { ReconnectStrip } from './ReconnectStrip.tsx';
import { StatusBar } from './StatusBar.tsx';
import { Typing } from './Typing.tsx';
import type { Composing } from './useComposing.ts';

export interface DockProps {
  state: RoomState;
  commands: RoomCommands;
  composing: Composing;
  onInvite(): void;
  onVerify(person: Who): void;
  /** The end of the log is in sight. */
  atEnd: boolean;
  /** Brings it there. */
  onJump(): void;
}

/** What is at the lower edge: where one writes, or why one cannot. */
export function Dock(props: DockProps) {
  const { state, commands, composing, atEnd, onJump } = props;
  const { draft, about } = composing;
  const { connection, halt, question } = state;
  return (
    <footer className="dock">
      {!atEnd && <Jump unread={state.unread} onJump={onJump} />}
      {connection.kind === 'offline' && <ReconnectStrip {...connection} onRetry={commands.tryNow} />}
      <News items={state.items} question={question} />
      <Typing typing={state.typing} />
      <Place {...props} />
      <StatusBar
        mode={modeOf(state)}
        bytes={utf8Length(draft)}
        most={mostBytes(about?.kind ?? 'text')}
        queued={queuedIn(state)}
        writing={!halt && !question}
      />
    </footer>
  );
}

/** A stop is above a question, and both are above the composer. */
function Place({ state, commands, composing, onInvite, onVerify, onJump }: DockProps) {
  const { draft, about, onSend } = composing;
  const most = mostBytes(about?.kind ?? 'text');
  const answer = (given: Choice) => {
    if (given === 'invite') onInvite();
    else commands.answer(given);
  };
  const send = () => {
    if (draft.trim() === '' || utf8Length(draft) > most) return;
    onSend();
    if (about?.kind !== 'edit') onJump();
  };
  if (state.halt)
    return <HaltNotice halt={state.halt} {...waysOut(commands)} onCompare={() => compare(state, onVerify)} />;
  if (state.question) return <QuestionNotice question={state.question} onAnswer={answer} />;
  return (
    <Composer
      {...composing}
      placeholder={placeholderOf(state)}
      bytes={utf8Length(draft)}
      most={most}
      onTyping={commands.typing}
      onSend={send}
    />
  );
}

/** Whose new key has stopped everything. */
function compare({ people, halt }: RoomState, onVerify: (person: Who) => void): void {
  const person = people.find(({ name, trust }) => name === halt?.name && trust === 'key changed');
  if (person) onVerify(person);
}

const waysOut = (commands: RoomCommands) => ({
  onAccept: commands.accept,
  onReload: () => location.reload(),
  onTryAgain: commands.tryNow,
  onStartOver: commands.startOver,
  onLeave: commands.leave,
});

function Jump({ unread, onJump }: { unread: number; onJump(): void }) {
  return (
    <p className="jump">
      <button className="inline-button" type="button" onClick={onJump}>
        Jump to latest{unread > 0 && `, ${unread} new`}
      </button>
    </p>
  );
}
