import type { Halt, Outsider, Person } from '../session/state.ts';
import { Icon } from './Icon.tsx';
import type { IconName } from './icons.ts';
import { outsiderNames } from './outsiderNames.ts';

export interface LockLineProps {
  people: readonly Person[];
  outsiders: readonly Outsider[];
  linked: boolean;
  plain: boolean;
  halt: Halt | undefined;
  onOpen(): void;
}

/** Answers one question: who can read what I write now. */
export function LockLine({ onOpen, ...state }: LockLineProps) {
  const { tone, icon } = look(state);
  return (
    <button className={`lock-line ${tone}`} type="button" onClick={onOpen}>
      <Icon name={icon} />
      <span>
        <span className="unseen">Who can read this: </span>
        <Answer {...state} />
      </span>
    </button>
  );
}

type State = Omit<LockLineProps, 'onOpen'>;

function look({ halt, plain, linked, people }: State): { tone: string; icon: IconName } {
  if (halt) return { tone: 'stop', icon: 'stop' };
  if (plain) return { tone: 'warn', icon: 'open' };
  return { tone: linked || people.length === 0 ? '' : 'warn', icon: 'lock' };
}

function Answer({ people, outsiders, linked, plain, halt }: State) {
  if (halt) {
    return (
      <>
        Sending has stopped{halt.name && ': '}
        {halt.name && <b>{halt.name}’s key</b>}
      </>
    );
  }
  if (plain) {
    return (
      <>
        Plain: <b>the relay can read this</b>
      </>
    );
  }
  if (people.length === 0) return 'Only you are here';
  return (
    <>
      Sealed for <b>{people.length === 1 ? people[0]?.name : `${people.length} people`}</b> and you
      {!linked && ', unverified'}
      {outsiders.length > 0 && <span className="warn-text">, not for {outsiderNames(outsiders, people)}</span>}
    </>
  );
}
