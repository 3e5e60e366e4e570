/** Whole milliseconds since it was made, from the monotonic clock. */
export const stopwatch = (): (() => number) => {
  const started = performance.now();
  return () => Math.round(performance.now() - started);
};
