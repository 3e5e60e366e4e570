import type { Typist } from '../session/state.ts';

/** Who is writing just now. Empty when nobody is, so that a screen reader hears what comes. */
export function Typing({ typing }: { typing: readonly Typist[] }) {
  const names = typing.map(({ name }) => name);
  return (
    <p className="typing" role="status">
      {names.length > 0 && (
        <>
          <span className="dots" aria-hidden="true">
            <i />
            <i />
            <i />
          </span>{' '}
          {words(names)}
        </>
      )}
    </p>
  );
}

function words(names: readonly string[]): string {
  if (names.length === 1) return `${names[0]} is typing`;
  return names.length === 2 ? `${names.join(' and ')} are typing` : `${names.length} people are typing`;
}
