/** One thing at a time: between two awaits another call would take the same key, or seal for half a roster. */
export type Turn = <T>(work: () => Promise<T>) => Promise<T>;

/** Runs what it is given in order; a failure reaches its own caller and holds nobody up. */
export function queue(): Turn {
  let last: Promise<unknown> = Promise.resolve();
  return work => {
    const done = last.then(work);
    last = done.catch(() => undefined);
    return done;
  };
}
