import { useCallback, useState } from 'react';
import type { Numbers } from '../session/numbers.ts';
import type { Person } from '../session/state.ts';
import { CopyButton } from './CopyButton.tsx';
import { Dialog } from './Dialog.tsx';
import { Differ } from './Differ.tsx';
import { Digits } from './Digits.tsx';
import { MatchActions } from './MatchActions.tsx';
import { QrCode } from './QrCode.tsx';
import { useNumber } from './useNumber.ts';

export interface VerifyDialogProps {
  /** As they were when the dialog opened: what is compared is that key, whatever is announced meanwhile. */
  person: Pick<Person, 'name' | 'identity' | 'trust'>;
  numbers: Numbers;
  onMatch(): void;
  onLeave(): void;
  onClose(): void;
}

/** The same number on both sides? Closing it decides nothing. */
export function VerifyDialog({ person, numbers, onMatch, onLeave, onClose }: VerifyDialogProps) {
  const [differ, setDiffer] = useState(false);
  const { name, identity, trust } = person;
  const number = useNumber(useCallback(() => numbers.person(identity), [numbers, identity]));
  if (differ) return <Differ with={name} onBack={() => setDiffer(false)} onLeave={onLeave} onClose={onClose} />;
  const actions = <MatchActions match="They match" differ="They do not match" onMatch={onMatch} onDiffer={setDiffer} />;
  return (
    <Dialog title={trust === 'verified' ? `Number of ${name}` : `Verify ${name}`} onClose={onClose} actions={actions}>
      <p className="saying">
        Call {name}, or meet. Read the number to each other.{' '}
        <b>If both screens show the same, nobody sits between you.</b>
      </p>
      {trust === 'key changed' && (
        <p className="warn-text">This is the number of the new key, which you have not accepted.</p>
      )}
      <NumberAndCode number={number} />
    </Dialog>
  );
}

function NumberAndCode({ number }: { number: string | undefined }) {
  return (
    <div className="beside">
      <div>
        <Digits className="person" number={number} groups={12} label="Safety number, 12 groups of 5 digits" />
        <p className="hint">
          Not here in the chat: whoever sits in between could change what you write.{' '}
          {number && <CopyButton word="Copy the number" text={number} />}
        </p>
      </div>
      <div>{number && <QrCode text={number.replaceAll(' ', '')} label={codeLabel} />}</div>
    </div>
  );
}

const codeLabel = 'QR code of the safety number, to compare with the code on the other screen';
