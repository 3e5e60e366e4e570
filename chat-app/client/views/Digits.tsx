export interface DigitsProps {
  /** Groups of five with a space between; undefined while it is computed. */
  number: string | undefined;
  label: string;
  /** How many groups there will be. */
  groups: number;
  className: string;
}

/** Read aloud group by group; nothing lies over it. */
export function Digits({ number, label, groups, className }: DigitsProps) {
  const shown = number?.split(' ') ?? Array.from({ length: groups }, () => '·····');
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset groups what can be filled in
    <div className={`digits ${className}`} role="group" aria-label={label} aria-busy={number === undefined}>
      {shown.map((group, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two groups may be the same, and none moves
        <span key={at}>{group} </span>
      ))}
    </div>
  );
}
