/** A value that changes, and those who want to know. */
export interface Store<T> {
  snapshot(): T;
  /** Returns what ends the subscription. */
  subscribe(listener: () => void): () => void;
  set(value: T): void;
}

export function createStore<T>(first: T): Store<T> {
  const listeners = new Set<() => void>();
  let value = first;
  return {
    snapshot: () => value,
    subscribe: listener => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    set: next => {
      if (next === value) return;
      value = next;
      for (const listener of listeners) listener();
    },
  };
}
