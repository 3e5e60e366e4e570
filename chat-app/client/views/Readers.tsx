import type { MembersProps } from './Members.tsx';
import { outsiderNames } from './outsiderNames.ts';

export type ReadersProps = Pick<MembersProps, 'people' | 'outsiders' | 'linked' | 'plain' | 'undecided'>;

/** The answer in a sentence. */
export function Readers({ people, outsiders, linked, plain, undecided }: ReadersProps) {
  if (undecided) {
    return (
      <p>
        Sealed for nobody until you decide about <b>{undecided}</b>.
      </p>
    );
  }
  if (plain) return <p className="warn-text">You, and whoever runs the relay.</p>;
  if (people.length === 0) return <p>You, in this browser.</p>;
  return (
    <>
      <p>
        Sealed for <b>{people.map(({ name }) => name).join(', ')}</b> and you.{' '}
        {outsiders.length > 0 && <span className="warn-text">Not for {outsiderNames(outsiders, people)}.</span>}
        {outsiders.length === 0 && 'The relay sees who and when, not what.'}
      </p>
      {!linked && (
        <p className="warn-text">
          Unverified: this room has no secret link, so the relay could have put a key of its own in place of somebody’s.
        </p>
      )}
    </>
  );
}
