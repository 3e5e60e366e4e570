import type { ReactNode } from 'react';
import { useId } from 'react';
import { Icon } from './Icon.tsx';

export interface FieldProps {
  label: string;
  value: string;
  onChange(value: string): void;
  onFocus?(): void;
  hint: ReactNode;
  /** What is wrong with the value; stands in for the hint and is read with the field. */
  error?: string | undefined;
  autoFocus?: boolean;
  maxLength: number;
  autoComplete: string;
  readOnly?: boolean;
}

/** One labelled line of input; an error belongs to its field. */
export function Field({ label, value, onChange, hint, error, ...input }: FieldProps) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        {...input}
        id={id}
        className="input"
        value={value}
        onChange={event => onChange(event.target.value)}
        autoCapitalize="none"
        spellCheck={false}
        aria-invalid={error !== undefined}
        aria-describedby={`${id}-hint`}
      />
      <p id={`${id}-hint`} className={error ? 'hint wrong' : 'hint'} role={error ? 'alert' : undefined}>
        {error && <Icon name="stop" />} {error ?? hint}
      </p>
    </div>
  );
}
