import type { Composing } from './useComposing.ts';

/** Says what the composer is about, and ends it. */
export function AboutStrip({ about, onCancel }: { about: NonNullable<Composing['about']>; onCancel(): void }) {
  const { kind, name, text } = about;
  return (
    <div className="about">
      <p>
        <b role="status">{kind === 'edit' ? 'Changing your line' : `Answering ${name}`}</b>
        <span className="about-text">{text}</span>
      </p>
      <button className="button quiet" type="button" onClick={onCancel}>
        Cancel
      </button>
    </div>
  );
}
