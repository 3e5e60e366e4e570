import type { BootStep } from '../session/entrance.ts';
import { BootList } from './BootList.tsx';
import { HowItWorks } from './HowItWorks.tsx';
import { JoinForm, type JoinFormProps } from './JoinForm.tsx';
import { Logo } from './Logo.tsx';

export interface JoinProps extends JoinFormProps {
  steps: readonly BootStep[];
  relayMissing: boolean;
  onLookAgain(): void;
}

/** The way in: what was made ready, one form, and what this is. */
export function Join({ steps, relayMissing, onLookAgain, ...form }: JoinProps) {
  return (
    <main className="entrance">
      <div className="join">
        <Logo />
        <p className="lead">Rooms that only the people in them can read.</p>
        <BootList steps={steps} />
        {relayMissing && (
          <button className="button" type="button" onClick={onLookAgain}>
            Look again
          </button>
        )}
        <JoinForm key={`${form.mode} ${form.roomId}`} {...form} />
        <div className="join-foot">
          <HowItWorks />
        </div>
      </div>
    </main>
  );
}
