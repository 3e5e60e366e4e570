import { useState } from 'react';

export interface FieldState {
  value: string;
  onChange(value: string): void;
  onFocus(): void;
  error: string | undefined;
}

/**
 * A field's text, and the verdict on it until the text changes: a new verdict is a new `verdict` object. What stands there
 * at first may come late (a name that this browser remembers), and is then taken only while nobody is in the field.
 */
export function useField<E extends object>(first: string, verdict: E, key: keyof E): FieldState {
  const [typed, setTyped] = useState<string>();
  const value = typed ?? first;
  const [answered, setAnswered] = useState<E>();
  const error = verdict[key];
  return {
    value,
    onChange: text => {
      setTyped(text);
      setAnswered(verdict);
    },
    onFocus: () => setTyped(value),
    error: answered === verdict || typeof error !== 'string' ? undefined : error,
  };
}
