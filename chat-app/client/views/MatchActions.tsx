import { Icon } from './Icon.tsx';

export interface MatchActionsProps {
  match: string;
  differ: string;
  onMatch(): void;
  onDiffer(differ: true): void;
}

export function MatchActions({ match, differ, onMatch, onDiffer }: MatchActionsProps) {
  return (
    <>
      <button className="button primary" type="button" onClick={onMatch}>
        <Icon name="check" /> {match}
      </button>
      <button className="button grave" type="button" onClick={() => onDiffer(true)}>
        <Icon name="cross" /> {differ}
      </button>
    </>
  );
}
