import { useState } from 'react';
import type { Halt } from '../session/state.ts';
import { Icon } from './Icon.tsx';

export interface HaltNoticeProps {
  halt: Halt;
  onAccept(name: string): void;
  onCompare(): void;
  onReload(): void;
  onTryAgain(): void;
  onStartOver(): void;
  onLeave(): void;
}

/** Stands where one would write: the reason, and the ways out. */
export function HaltNotice({ halt, ...ways }: HaltNoticeProps) {
  return (
    <section className="halt" role="alert" aria-labelledby="halt-heading">
      <h2 id="halt-heading">
        <Icon name="stop" /> {halt.title}
      </h2>
      <p>
        {halt.text} {halt.code && <code>{halt.code}</code>}
      </p>
      <div className="actions">
        <WayOut halt={halt} {...ways} />
        <button className="button quiet" type="button" onClick={ways.onLeave}>
          Leave the room
        </button>
      </div>
    </section>
  );
}

function WayOut({ halt, onAccept, onCompare, onReload, onTryAgain, onStartOver }: HaltNoticeProps) {
  switch (halt.way) {
    case 'accept':
      return halt.name ? <Decide name={halt.name} onAccept={onAccept} onCompare={onCompare} /> : null;
    case 'reload':
      return <Way word="Reload" onTake={onReload} />;
    case 'try-again':
      return <Way word="Try again" onTake={onTryAgain} />;
    case 'start-over':
      return <Way word="Go on from here" onTake={onStartOver} />;
    case 'none':
      return null;
  }
}

function Way({ word, onTake }: { word: string; onTake(): void }) {
  return (
    <button className="button primary" type="button" onClick={onTake}>
      {word}
    </button>
  );
}

type DecideProps = Pick<HaltNoticeProps, 'onAccept' | 'onCompare'> & { name: string };

/** Asks once more: after this, whoever holds the new key can read. */
function Decide({ name, onAccept, onCompare }: DecideProps) {
  const [asked, setAsked] = useState(false);
  const [word, accept] = asked
    ? [`Yes, seal for ${name}’s new key`, () => onAccept(name)]
    : ['Accept the new key', () => setAsked(true)];
  return (
    <>
      {asked && <p role="status">After this, whoever holds the new key can read what you write here.</p>}
      <Way word="Compare numbers" onTake={onCompare} />
      <button className="button" type="button" onClick={accept}>
        {word}
      </button>
    </>
  );
}
