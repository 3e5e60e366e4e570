import type { Person, Trust } from '../session/state.ts';

const words: Record<Trust, string> = {
  verified: 'Number',
  'not compared': 'Verify',
  new: 'Verify',
  'new key': 'Verify',
  'key changed': 'Compare',
};

/** Its name is heard with the person's. */
export function VerifyButton({ person, onVerify }: { person: Person; onVerify(person: Person): void }) {
  const { name, trust } = person;
  return (
    <button className="inline-button" type="button" onClick={() => onVerify(person)}>
      {words[trust]}
      <span className="unseen">
        {trust === 'verified' ? ` of ${name}` : trust === 'key changed' ? ` numbers with ${name}` : ` ${name}`}
      </span>
    </button>
  );
}
