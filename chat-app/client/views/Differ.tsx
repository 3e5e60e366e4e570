import { Dialog } from './Dialog.tsx';

export interface DifferProps {
  /** Whose number it is; undefined for the room's code. */
  with?: string;
  onBack(): void;
  onLeave(): void;
  onClose(): void;
}

/** What it means that numbers are not the same, and what to do. */
export function Differ({ with: name, onBack, onLeave, onClose }: DifferProps) {
  return (
    <Dialog
      title={name ? `The numbers with ${name} differ` : 'The codes differ'}
      onClose={onClose}
      actions={<Ways onBack={onBack} onLeave={onLeave} />}
    >
      <p className="saying">
        Read {name ? 'the numbers' : 'the codes'} to each other once more.{' '}
        {name
          ? 'Make sure that both of you look at each other’s number, in the same room.'
          : 'It changes whenever somebody comes or goes: make sure that everybody is here.'}
      </p>
      <p className="saying">
        <b>If they still differ, you do not see the same keys.</b> Somebody may sit between you and read what you write,
        or put words into the other’s mouth. An old page on one side can do it too: both reload, and compare again.
      </p>
      <ul className="steps">
        <li>Write nothing here that matters.</li>
        <li>Start a new room, and send its link on a way that you trust: by hand, or in another app.</li>
        <li>Compare again there. If it differs there too, do not use this relay.</li>
      </ul>
    </Dialog>
  );
}

function Ways({ onBack, onLeave }: Pick<DifferProps, 'onBack' | 'onLeave'>) {
  return (
    <>
      <button className="button primary" type="button" onClick={onBack}>
        Compare again
      </button>
      <button className="button grave" type="button" onClick={onLeave}>
        Leave the room
      </button>
    </>
  );
}
