import { useCallback, useState } from 'react';
import type { Numbers } from '../session/numbers.ts';
import type { Person } from '../session/state.ts';
import { Dialog } from './Dialog.tsx';
import { Differ } from './Differ.tsx';
import { Digits } from './Digits.tsx';
import { MatchActions } from './MatchActions.tsx';
import { useNumber } from './useNumber.ts';

export interface CodeDialogProps {
  people: readonly Person[];
  numbers: Numbers;
  onLeave(): void;
  onClose(): void;
}

/** One reads it aloud, everybody compares. */
export function CodeDialog({ people, numbers, onLeave, onClose }: CodeDialogProps) {
  const [differ, setDiffer] = useState(false);
  const members = people.map(({ identity }) => identity).join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: other people, another code
  const number = useNumber(useCallback(() => numbers.room(), [numbers, members]));
  if (differ) return <Differ onBack={() => setDiffer(false)} onLeave={onLeave} onClose={onClose} />;
  const actions = <MatchActions match="All the same" differ="One differs" onMatch={onClose} onDiffer={setDiffer} />;
  return (
    <Dialog title="Check the whole room" onClose={onClose} actions={actions}>
      <p className="saying">
        One person reads this code aloud on a call.{' '}
        <b>Everybody who sees the same code has the same {count(people.length + 1)} in the room.</b>
      </p>
      <Digits className="room-code" number={number} groups={8} label="Room code, 8 groups of 5 digits" />
      <p className="hint">
        For {people.map(({ name }) => name).join(', ')} and you. It changes whenever somebody comes or goes. It checks
        everybody at once and marks nobody as verified.
      </p>
    </Dialog>
  );
}

const words = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];

const count = (people: number): string => `${words[people] ?? people} people`;
