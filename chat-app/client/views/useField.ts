import { useState } from 'react';

export interface FieldState {
  value: string;
  onChange(value: string): void;
  error: string | undefined;
}

/** A field's text, and the verdict on it until the text changes: a new verdict is a new `verdict` object. */
export function useField<E extends object>(first: string, verdict: E, key: keyof E): FieldState {
  const [value, setValue] = useState(first);
  const [answered, setAnswered] = useState<E>();
  const error = verdict[key];
  return {
    value,
    onChange: text => {
      setValue(text);
      setAnswered(verdict);
    },
    error: answered === verdict || typeof error !== 'string' ? undefined : error,
  };
}
